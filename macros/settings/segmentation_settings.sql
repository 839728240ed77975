{% macro segmentation_settings(name) %}
    {{ return(customer_segmentation.segmentation_meta(name).get('settings', {})) }}
{% endmacro %}
