{#- The one validator: every build begins with it, so that a mistake in a var is
    said once, in words, before any model runs. -#}
{% macro validate_project() %}
    {% if execute %}
        {% do customer_segmentation.validate_vars() %}
        {% do customer_segmentation.validate_inputs() %}
        {% do customer_segmentation.cleaning_policy() %}
        {% do customer_segmentation.validate_segmentations() %}
        {% do customer_segmentation.log_inputs() %}
    {% endif %}
{% endmacro %}
