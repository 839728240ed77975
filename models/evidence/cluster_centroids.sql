with

-- what the clusters of segment_memberships are the nearest of
centroids as (
    {%- if customer_segmentation.python_models() %}
    {{ customer_segmentation.union_segmentations(
        'centroids', 'cluster_id, feature, centroid, centroid_scaled'
    ) | indent(4) }}
    {%- else %}
    select
        segmentation,
        segment_id as cluster_id,
        feature,
        centroid,
        centroid_scaled
    from {{ ref('int_approved_centroids') }}
    {%- endif %}
),

clusters as (
    select distinct
        segmentation,
        cluster_id
    from {{ ref('segment_crosstab') }}
),

final as (
    select centroids.*
    from centroids
    inner join clusters
        on
            centroids.segmentation = clusters.segmentation
            and centroids.cluster_id = clusters.cluster_id
)

select * from final
order by segmentation, cluster_id, feature
