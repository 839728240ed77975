{#- The columns of one input: found under our name or the map, guessed, missing.
    Returns the map that would be used. -#}
{% macro _check_input_columns(name) %}
    {% set settings = var('inputs')[name] %}
    {% do customer_segmentation.validate_input_place(name, settings) %}
    {% set relation = customer_segmentation.input_relation(name) %}
    {% set found = customer_segmentation.input_column_names(relation) %}
    {% set guesses = customer_segmentation.guess_columns(name, found) %}
    {% set map = customer_segmentation.input_map(name) %}
    {% set columns = {} %}
    {% set missing = [] %}
    {% do print('  columns there: ' ~ found | join(', ')) %}
    {% for column, rule in customer_segmentation.input_specification()[name].items() %}
        {% set expression = customer_segmentation.input_expression(
            column, found, map
        ) %}
        {% if expression is not none %}
            {% set source_column = map.get(column) or expression[1:-1] %}
            {% do columns.update({column: source_column}) %}
            {% do print('  ' ~ column ~ ' = ' ~ source_column) %}
        {% elif column in guesses %}
            {% do columns.update({column: guesses[column]}) %}
            {% do print('  ' ~ column ~ ' = ' ~ guesses[column] ~ '  (guessed)') %}
        {% elif rule.get('is_required') %}
            {% do missing.append(column) %}
            {% do print('  ' ~ column ~ '  MISSING: name it under columns:') %}
        {% else %}
            {% do print('  ' ~ column ~ '  not there (optional)') %}
        {% endif %}
    {% endfor %}
    {{ return({'columns': columns, 'missing': missing}) }}
{% endmacro %}
