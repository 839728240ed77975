{#- That an input's settings are well formed and what they name is there. -#}
{% macro validate_input_place(name, settings) %}
    {% set place = 'var inputs: {' ~ name ~ ': …}' %}
    {% set columns = customer_segmentation.input_specification()[name] %}
    {% if settings is not mapping %}
        {{ exceptions.raise_compiler_error(
            place ~ ': found ' ~ settings ~ '; expected a dict with file:, '
            ~ 'relation: or model:, and columns:.'
        ) }}
    {% endif %}
    {% for key in settings if key not in [
        'file', 'relation', 'model', 'columns', 'sheet'
    ] %}
        {{ exceptions.raise_compiler_error(
            place ~ ": unknown key '" ~ key
            ~ "'. Keys are: file, relation, model, columns, sheet."
        ) }}
    {% endfor %}
    {% set places = ['file', 'relation', 'model'] | select('in', settings) | list %}
    {% if places | length != 1 %}
        {{ exceptions.raise_compiler_error(
            place ~ ': found ' ~ (places | join(' and ') or 'none')
            ~ '; expected one of file: (a path), relation: (a table or view) or '
            ~ 'model: (a model or seed of the running project). To leave the '
            ~ 'input out, leave its name out.'
        ) }}
    {% endif %}
    {% for column in (settings.get('columns') or {}) if column not in columns %}
        {{ exceptions.raise_compiler_error(
            place ~ ": columns: unknown column '" ~ column
            ~ "'. Columns of " ~ name ~ ' are: ' ~ columns.keys() | join(', ')
            ~ '. The map reads our name: your name (or SQL).'
        ) }}
    {% endfor %}
    {% if 'file' in settings %}
        {% do customer_segmentation.validate_input_file(name, settings.file) %}
    {% elif 'relation' in settings %}
        {% do customer_segmentation.validate_input_table(name, settings.relation) %}
    {% endif %}
{% endmacro %}
