{#- Which columns are not in each of several Parquet files, read together by name: a
    dict from column to the file that lacks it. `expressions` is a dict from column to
    SQL; only what is the name of a column is looked for. -#}
{% macro files_without_columns(name, expressions) %}
    {% set lacking = {} %}
    {% set wanted = [] %}
    {% for column, expression in expressions.items() if expression[:1] == '"' %}
        {% do wanted.append(
            '(' ~ customer_segmentation.sql_text(column) ~ ', '
            ~ customer_segmentation.sql_text(expression[1:-1] | replace('""', '"')) ~ ')'
        ) %}
    {% endfor %}
    {% set path = customer_segmentation.dict_var_entry('inputs', name).get('file') %}
    {% if not wanted or not path
        or customer_segmentation.input_ending(path) != 'parquet' %}
        {{ return(lacking) }}
    {% endif %}
    {% set query %}
        with

        files as (
            select
                file_name,
                list(lower(name)) as names
            from parquet_schema({{ customer_segmentation.sql_text(path) }})
            group by 1
        ),

        wanted (column_name, name) as (values {{ wanted | join(', ') }})

        select
            wanted.column_name,
            min(files.file_name) as file_name,
            count(*) as file_count
        from wanted
        cross join files
        where
            not list_contains(files.names, lower(wanted.name))
            -- a folder may have it for all files in it: day=2011-06-01
            and not contains(lower(files.file_name), '/' || lower(wanted.name) || '=')
        group by 1
    {% endset %}
    {% for column, file, count in run_query(query).rows %}
        {% do lacking.update({column: file ~ (
            ' and ' ~ (count - 1) ~ ' more' if count > 1 else ''
        ) ~ ' (where files name it differently, map SQL: coalesce('
            ~ expressions[column][1:-1] ~ ', …))'
        }) %}
    {% endfor %}
    {{ return(lacking) }}
{% endmacro %}
