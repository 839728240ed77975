{#- The rows of a select from a CSV file; stops at lines that are no rows of it, because
    DuckDB's own message would know neither the input nor what to do. `read_csv` is the
    call that reads the file. -#}
{% macro csv_rows(name, columns, read_csv, clauses='') %}
    {% set rows = run_query(
        'select ' ~ columns ~ ' from ' ~ read_csv[:-1] ~ ', store_rejects = true)'
        ~ clauses
    ).rows %}
    {% set unreadable = run_query(
        'select line, min(csv_line), min(error_type), min(error_message), '
        ~ 'count(*) over () from reject_errors group by 1 order by 1 limit 1'
    ).rows %}
    {% do run_query('drop table reject_errors; drop table reject_scans') %}
    {% for line, text, kind, problem, count in unreadable %}
        {{ exceptions.raise_compiler_error(
            'input ' ~ name ~ ' (' ~ customer_segmentation.describe_input(name)
            ~ '): line ' ~ line
            ~ (' and others' if count > 1) ~ " cannot be read: '" ~ text[:200] ~ "'. "
            ~ problem | replace('\n', ' ') | trim('.') ~ '. ' ~ (
                'Say another under var inputs: {' ~ name
                ~ ': {encoding: …}}: utf-8, latin-1 or utf-16. A file of Windows with '
                ~ 'signs like the euro is none of these: save it as UTF-8 (Excel: CSV '
                ~ 'UTF-8).'
                if kind == 'INVALID ENCODING' else
                'Expected as many values as the first line has names, and double '
                ~ 'quotes around a value with a delimiter or a line break. Mend the '
                ~ 'lines or export the file anew.'
            )
        ) }}
    {% endfor %}
    {{ return(rows) }}
{% endmacro %}
