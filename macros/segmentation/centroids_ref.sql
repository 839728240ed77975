{#- The centroids that a segmentation's entities are compared with: the freshly fitted
    ones; where Python does not run, the approved ones. -#}
{% macro centroids_ref(name) %}
    {{ return(
        ref('int_' ~ name ~ '__centroids') if customer_segmentation.python_models()
        else ref('int_approved_centroids')
    ) }}
{% endmacro %}
