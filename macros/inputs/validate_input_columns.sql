{#- A column that the map names must be there (or be SQL that runs), and so must
    every required one. -#}
{% macro validate_input_columns(name) %}
    {% set relation = customer_segmentation.input_relation(name) %}
    {% set found = customer_segmentation.input_column_names(relation) %}
    {% set columns = customer_segmentation.input_specification()[name] %}
    {% set map = customer_segmentation.input_map(name) %}
    {% set missing = [] %}
    {% set required = {} %}
    {% for column, rule in columns.items() %}
        {% set expression = customer_segmentation.input_expression(
            column, found, map
        ) %}
        {% set mapped = map.get(column) %}
        {% if expression is none and rule.get('is_required') %}
            {% do missing.append(column) %}
        {% elif customer_segmentation.names_missing_column(mapped, expression) %}
            {% do missing.append(column ~ ' (as ' ~ mapped ~ ')') %}
        {% elif rule.get('is_required') %}
            {% do required.update({column: expression}) %}
        {% endif %}
    {% endfor %}
    {% for column, file in customer_segmentation.files_without_columns(
        name, required
    ).items() %}
        {% do missing.append(column ~ ' in ' ~ file) %}
    {% endfor %}
    {% if missing %}
        {{ exceptions.raise_compiler_error(
            'input ' ~ name ~ ' (' ~ customer_segmentation.describe_input(name)
            ~ '): column not found: ' ~ missing | join(', ')
            ~ '. Columns there are: ' ~ found | join(', ')
            ~ '. Name them under var inputs: {' ~ name
            ~ ': {columns: {our name: your name}}}; '
            ~ "'dbt run-operation check_inputs' guesses the map."
        ) }}
    {% endif %}
    {% do customer_segmentation.try_input_sql(name, relation, found, map) %}
{% endmacro %}
