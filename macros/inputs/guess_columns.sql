{#- Our columns that the user's table has under another common name, such as
    InvoiceNo or user_id. A column that is mapped or bears our name is not a
    guess, and no column is guessed twice. -#}
{% macro guess_columns(name, column_names) %}
    {% set specification = customer_segmentation.input_specification()[name] %}
    {% set map = customer_segmentation.input_map(name) %}
    {% set taken = [] %}
    {% for column in specification %}
        {% set expression = customer_segmentation.input_expression(
            column, column_names, map
        ) %}
        {% if expression is not none %}
            {% do taken.append(expression) %}
        {% endif %}
    {% endfor %}
    {% set guesses = {} %}
    {% for column, rule in specification.items() %}
        {% set expression = customer_segmentation.input_expression(
            column, column_names, map
        ) %}
        {% for alias in [column | replace('_', '')] + rule.aliases %}
            {% for found in column_names
                if expression is none
                and column not in guesses
                and adapter.quote(found) not in taken
                and modules.re.sub('[^a-z0-9]', '', found | lower) == alias %}
                {% do guesses.update({column: found}) %}
                {% do taken.append(adapter.quote(found)) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
    {{ return(guesses) }}
{% endmacro %}
