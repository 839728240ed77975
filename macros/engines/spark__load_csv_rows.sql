{#- dbt-spark's own hands an empty cell to a session of Spark as the text None. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model.config.get('column_types', {}) %}
    {% for chunk in agate_table.rows | batch(get_batch_size()) %}
        {% set lines = [] %}
        {% for row in chunk %}
            {% set cells = [] %}
            {% for name in agate_table.column_names %}
                {% set cell = row[loop.index0] %}
                {% set type = types.get(
                    name, adapter.convert_type(agate_table, loop.index0)
                ) %}
                {% set literal = 'null' if cell is none else "'" ~ (cell | string)
                    | replace('\\', '\\\\') | replace("'", "\\'") ~ "'" %}
                {% do cells.append(
                    literal if type == 'string'
                    else 'cast(' ~ literal ~ ' as ' ~ type ~ ')'
                ) %}
            {% endfor %}
            {% do lines.append('(' ~ cells | join(', ') ~ ')') %}
        {% endfor %}
        {% do run_query('insert into ' ~ this ~ ' values ' ~ lines | join(', ')) %}
    {% endfor %}
    {{ return('') }}
{% endmacro %}
