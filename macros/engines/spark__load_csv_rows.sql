{#- dbt-spark's own hands an empty cell to a session of Spark as the text None. Here the
    cells of many rows are one text, which Spark reads faster than a literal for each. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model.config.get('column_types', {}) %}
    {% set columns = [] %}
    {% for name in agate_table.column_names %}
        {% set type = types.get(
            name, adapter.convert_type(agate_table, loop.index0)
        ) %}
        {% do columns.append('cast(cells[' ~ loop.index0 ~ '] as ' ~ type ~ ')') %}
    {% endfor %}
    {% for chunk in agate_table.rows | batch(get_batch_size()) %}
        {% set lines = [] %}
        {% for row in chunk %}
            {% set cells = [] %}
            {% for cell in row.values() %}
                {% do cells.append(none if cell is none else cell | string) %}
            {% endfor %}
            {% do lines.append(cells) %}
        {% endfor %}
        {% set text = tojson(lines) | replace('\\', '\\\\') | replace("'", "\\'") %}
        {% do run_query(
            'insert into ' ~ this ~ ' select ' ~ columns | join(', ')
            ~ " from (select explode(from_json('" ~ text
            ~ "', 'array<array<string>>')) as cells)"
        ) %}
    {% endfor %}
    {{ return('') }}
{% endmacro %}
