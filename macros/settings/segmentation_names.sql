{% macro segmentation_names() %}
    {{ return(var('segmentation_names')) }}
{% endmacro %}
