{#- The enabled segmentations whose algorithm is KMeans itself: their clusters are the
    nearest centroids on every row. -#}
{% macro kmeans_segmentations() %}
    {% set names = [] %}
    {% for name in customer_segmentation.enabled_segmentations()
        if customer_segmentation.is_kmeans(
            customer_segmentation.segmentation_settings(name)
        ) %}
        {% do names.append(name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
