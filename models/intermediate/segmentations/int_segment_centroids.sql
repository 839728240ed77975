{#- The centre that a segment stands for: the approved one, else that of its cluster in
    the freshest fit. Beside approved ones, only clusters that are new. -#}
with

centroids as (
    {{ customer_segmentation.union_segmentations('centroids') | indent(4) }}
),

approved_centroids as (
    select * from {{ ref('int_approved_centroids') }}
),

approved_segments as (
    select distinct
        segmentation,
        segment_id
    from {{ ref('int_approved_segments') }}
),

approved_segmentations as (
    select distinct segmentation
    from approved_segments
),

feature_populations as (
    select * from {{ ref('int_feature_populations') }}
),

fitted as (
    select
        centroids.segmentation,
        centroids.cluster_id as segment_id,
        centroids.feature,
        centroids.centroid,
        centroids.centroid_scaled,
        coalesce(
            (centroids.centroid_scaled - feature_populations.scaled_mean)
            / nullif(feature_populations.scaled_standard_deviation, 0),
            0
        ) as z_difference,
        approved_segmentations.segmentation is null as is_in_force
    from centroids
    inner join feature_populations
        on
            centroids.segmentation = feature_populations.segmentation
            and centroids.feature = feature_populations.feature
    left join approved_segments
        on
            centroids.segmentation = approved_segments.segmentation
            and centroids.cluster_id = approved_segments.segment_id
    left join approved_segmentations
        on centroids.segmentation = approved_segmentations.segmentation
    where approved_segments.segment_id is null
),

final as (
    select
        segmentation,
        segment_id,
        feature,
        centroid,
        centroid_scaled,
        z_difference,
        true as is_in_force
    from approved_centroids
    union all
    select * from fitted
)

select * from final
