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
            {% do lines.append('    ' ~ key ~ ': '
                ~ customer_segmentation.yaml_text(settings[key])) %}
        {% endfor %}
        {% for key in ['columns', 'features'] if map[key] %}
            {% do lines.append('    ' ~ key ~ ':') %}
            {% for column, source_column in map[key].items() %}
                {% do lines.append('      ' ~ column ~ ': '
                    ~ customer_segmentation.yaml_text(source_column)) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
    {% if var('as_of_date') %}
        {% do lines.append('as_of_date: "' ~ var('as_of_date') ~ '"') %}
    {% endif %}
    {% do print(lines | join('\n')) %}
{% endmacro %}
