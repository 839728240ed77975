{% macro log_inputs() %}
    {% for name in customer_segmentation.input_specification() %}
        {% do log(
            name ~ ': '
            ~ customer_segmentation.describe_input(name, with_encoding=true),
            info=true
        ) %}
    {% endfor %}
{% endmacro %}
