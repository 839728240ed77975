{% macro validate_input(name, settings) %}
    {% set place = 'var inputs: {' ~ name ~ ': …}' %}
    {% set columns = customer_segmentation.input_specification()[name] %}
    {% if settings is not mapping %}
        {{ exceptions.raise_compiler_error(
            place ~ ': found ' ~ settings ~ '; expected a dict with file: or '
            ~ 'relation:, and columns:.'
        ) }}
    {% endif %}
    {% for key in settings if key not in ['file', 'relation', 'columns', 'sheet'] %}
        {{ exceptions.raise_compiler_error(
            place ~ ": unknown key '" ~ key
            ~ "'. Keys are: file, relation, columns, sheet."
        ) }}
    {% endfor %}
    {% if ('file' in settings) == ('relation' in settings) %}
        {{ exceptions.raise_compiler_error(
            place ~ ': expected either file: (a path) or relation: (a table or '
            ~ 'view); to leave the input out, leave its name out.'
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
    {% else %}
        {% do customer_segmentation.validate_input_table(name, settings.relation) %}
    {% endif %}
    {% do customer_segmentation.validate_input_columns(name, settings) %}
{% endmacro %}
