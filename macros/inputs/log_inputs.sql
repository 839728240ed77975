{% macro log_inputs() %}
    {% for name in customer_segmentation.input_specification() %}
        {% do log(
            name ~ ': ' ~ customer_segmentation.describe_input(name), info=true
        ) %}
    {% endfor %}
{% endmacro %}
