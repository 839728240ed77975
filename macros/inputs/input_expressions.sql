{#- The SQL of each of our columns that an input has. -#}
{% macro input_expressions(name, relation, map) %}
    {% set found = customer_segmentation.input_column_names(relation) %}
    {% set expressions = {} %}
    {% for column in customer_segmentation.input_specification()[name] %}
        {% set expression = customer_segmentation.input_expression(
            column, found, map
        ) %}
        {% if expression is not none %}
            {% do expressions.update({column: expression}) %}
        {% endif %}
    {% endfor %}
    {{ return(expressions) }}
{% endmacro %}
