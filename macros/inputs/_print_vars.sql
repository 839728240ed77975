{#- The vars to paste into dbt_project.yml, guesses included. -#}
{% macro _print_vars(maps) %}
    {% if not maps %}
        {% do print('\nTo use your own tables, name them under vars: in '
            ~ 'dbt_project.yml (or --vars) and run check_inputs again:\n'
            ~ 'inputs:\n  order_lines:\n    file: data/orders.csv') %}
        {{ return('') }}
    {% endif %}
    {% set lines = ['\nVars to paste (under vars: in dbt_project.yml, or --vars):',
        'inputs:'] %}
    {% for name, map in maps.items() %}
        {% set settings = var('inputs')[name] %}
        {% do lines.append('  ' ~ name ~ ':') %}
        {% for key in [
            'file', 'relation', 'model', 'query', 'sheet', 'encoding'
        ] if key in settings %}
            {% do lines.append('    ' ~ key ~ ': ' ~ settings[key] | tojson) %}
        {% endfor %}
        {% for key in ['columns', 'features'] if map[key] %}
            {% do lines.append('    ' ~ key ~ ':') %}
            {% for column, source_column in map[key].items() %}
                {% do lines.append('      ' ~ column ~ ': ' ~ source_column | tojson) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
    {#- Jinja's JSON is also made for HTML, in which an apostrophe is escaped -#}
    {% do print(lines | join('\n') | replace('\\u0027', "'")) %}
{% endmacro %}
