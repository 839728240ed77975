{#- The scaled centroids as a dict of cluster, feature and SQL, read while dbt compiles
    from what centroids_ref names; empty where entities can't be compared with any. -#}
{% macro centroid_texts(name, centroids_relation) %}
    {% set double = customer_segmentation.column_type('double') %}
    {% set is_approved = 'int_approved_centroids' in centroids_relation | string %}
    {% set id = 'segment_id' if is_approved else 'cluster_id' %}
    {% set rows = [] if is_approved
        and customer_segmentation.approved_fit(name).reason is not none
        else customer_segmentation.fitted_rows(
            centroids_relation,
            [id, 'feature', 'cast(centroid_scaled as ' ~ dbt.type_string() ~ ')'],
            id, "segmentation = '" ~ name ~ "'"
        ) %}
    {% set centroids = {} %}
    {% for row in rows %}
        {% set cluster_id, feature, text = row.values() %}
        {% do centroids.setdefault(cluster_id | int, {}).update(
            {feature: "cast('" ~ text ~ "' as " ~ double ~ ")"}
        ) %}
    {% endfor %}
    {{ return(centroids) }}
{% endmacro %}
