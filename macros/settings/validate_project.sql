{#- The one validator: every build begins with it, so that a mistake in a var is
    said once, in words, before any model runs. -#}
{% macro validate_project() %}
    {% if execute %}
        {% do customer_segmentation.validate_installation() %}
        {% do customer_segmentation.validate_vars() %}
        {#- said first, so that an error of the warehouse's own has a context -#}
        {% do customer_segmentation.log_inputs() %}
        {% do customer_segmentation.validate_inputs() %}
        {% do customer_segmentation.cleaning_policy() %}
        {% do customer_segmentation.validate_segmentations() %}
        {% do customer_segmentation.validate_approved_files() %}
    {% endif %}
{% endmacro %}
