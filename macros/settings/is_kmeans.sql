{#- Whether the algorithm is KMeans itself, by whose clusters a row belongs to the nearest
    centroid. -#}
{% macro is_kmeans(settings) %}
    {{ return(settings.algorithm in ['lloyd', 'elkan']) }}
{% endmacro %}
