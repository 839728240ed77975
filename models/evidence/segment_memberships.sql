with

clusters as (
    {{ customer_segmentation.union_segmentations(
        'clusters', 'entity_id, cluster_id, distance_to_centroid, margin'
    ) | indent(4) }}
),

segments as (
    {{ customer_segmentation.union_segmentations(
        'segments', 'entity_id, segment_id, rule_id'
    ) | indent(4) }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

final as (
    select
        segments.segmentation,
        segments.entity_id,
        clusters.cluster_id,
        segments.segment_id,
        coalesce(segment_names.segment_name, 'Unclassified') as segment_name,
        segments.rule_id,
        clusters.cluster_id = segments.segment_id as agrees_with_cluster,
        clusters.distance_to_centroid,
        clusters.margin
    from segments
    left join clusters
        on
            segments.segmentation = clusters.segmentation
            and segments.entity_id = clusters.entity_id
    left join segment_names
        on
            segments.segmentation = segment_names.segmentation
            and segments.segment_id = segment_names.segment_id
)

select * from final
order by segmentation, entity_id
