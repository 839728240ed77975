{#- dbt's own asks for the sign of a parameter again for every cell, which took 40
    seconds for the demo's order lines. -#}
{% macro postgres__load_csv_rows(model, agate_table) %}
    {% set names = agate_table.column_names %}
    {% set row_of_signs = '(' ~ (['%s'] * (names | length)) | join(', ') ~ ')' %}
    {% for chunk in agate_table.rows | batch(get_batch_size()) %}
        {% set cells = [] %}
        {% for row in chunk %}
            {% do cells.extend(row) %}
        {% endfor %}
        {% do adapter.add_query(
            'insert into ' ~ this ~ ' (' ~ get_seed_column_quoted_csv(model, names)
            ~ ') values ' ~ ([row_of_signs] * (chunk | length)) | join(', '),
            bindings=cells,
            abridge_sql_log=true
        ) %}
    {% endfor %}
    {{ return('') }}
{% endmacro %}
