{% macro validate_input(name, settings) %}
    {% do customer_segmentation.validate_input_place(name, settings) %}
    {#- a model may be built only in this run: staging looks at its columns -#}
    {% if 'model' not in settings %}
        {% do customer_segmentation.validate_input_columns(name) %}
    {% endif %}
{% endmacro %}
