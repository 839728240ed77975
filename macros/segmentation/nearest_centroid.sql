{#- The cluster of each complete row: the nearest centroid, in SQL. An algorithm other
    than KMeans has labelled its sample; there the label counts, and 0 is noise. Of the
    past, rows of several periods told apart by the column `period`, it has labelled
    none, and labels do not travel with an approval. The centroids are printed as text
    that every engine reads back as the same double. -#}
{% macro nearest_centroid(
    name, scaled_relation, centroids_relation, labels_relation, period=none
) -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set settings = customer_segmentation.segmentation_settings(name) -%}
{%- set double = customer_segmentation.column_type('double') -%}
{%- set bigint = dbt.type_bigint() -%}
{%- set has_labels = not customer_segmentation.is_kmeans(settings)
    and labels_relation is not none and not period -%}
{%- set key = period ~ ', entity_id' if period else 'entity_id' -%}
{%- set centroids = customer_segmentation.centroid_texts(
    name, centroids_relation
) -%}
with

scaled as {{ customer_segmentation.materialized() }}(
    select * from {{ scaled_relation }}
),
{% if not centroids %}
-- no fit: no row has a cluster
final as (
    select
        {{ key }},
        cast(null as {{ bigint }}) as cluster_id,
        cast(null as {{ double }}) as distance_to_centroid,
        cast(null as {{ double }}) as margin
    from scaled
    where 1 = 0
)
{% else %}
distances as {{ customer_segmentation.materialized() }}(
    select
        {{ key }},
        {%- for cluster_id, centroid in centroids.items() %}
        sqrt(
            {%- for feature in settings.features %}
            {{ '+ ' if not loop.first }}power({{ adapter.quote(feature) }} - {{ centroid[feature] }}, 2)
            {%- endfor %}
        ) as distance_{{ cluster_id }}{{ ',' if not loop.last }}
        {%- endfor %}
    from scaled
),

nearest as {{ customer_segmentation.materialized() }}(
    select
        *,
        least(
            {%- for cluster_id in centroids %}
            distance_{{ cluster_id }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as distance_to_centroid
    from distances
),

assigned as {{ customer_segmentation.materialized() }}(
    select
        *,
        -- of equally near centroids the first
        cast(case
            {%- for cluster_id in centroids %}
            when distance_{{ cluster_id }} = distance_to_centroid then {{ cluster_id }}
            {%- endfor %}
        end as {{ bigint }}) as cluster_id
    from nearest
),

{%- if not has_labels %}
final as (
    select
        {{ key }},
        cluster_id,
        distance_to_centroid,
        {{ customer_segmentation._margin(centroids, 'cluster_id') }} as margin
    from assigned
)
{%- else %}
labels as (
    select * from {{ labels_relation }}
),

-- noise has no centroid of its own: its distance is that to the nearest one
labelled as (
    select
        assigned.*,
        labels.cluster_id as label,
        coalesce(nullif(labels.cluster_id, 0), assigned.cluster_id) as own_cluster_id
    from assigned
    left join labels on assigned.entity_id = labels.entity_id
),

final as (
    select
        entity_id,
        coalesce(label, cluster_id) as cluster_id,
        case own_cluster_id
            {%- for cluster_id in centroids %}
            when {{ cluster_id }} then distance_{{ cluster_id }}
            {%- endfor %}
        end as distance_to_centroid,
        {{ customer_segmentation._margin(centroids, 'own_cluster_id') }} as margin
    from labelled
)
{%- endif %}
{% endif %}
select * from final
{%- endmacro %}
