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

active_rules as (
    select * from {{ ref('int_active_rules') }}
),

proposed as (
    select * from {{ ref('int_proposed_segments') }}
),

nearest_changes as (
    select * from {{ ref('int_nearest_changes') }}
),

final as (
    select
        segments.segmentation,
        segments.entity_id,
        clusters.cluster_id,
        segments.segment_id,
        coalesce(segment_names.segment_name, 'Unclassified') as segment_name,
        segments.rule_id,
        case
            when segments.rule_id is null then 'no rule holds'
            else active_rules.rule_sentence
        end as rule_sentence,
        nearest_changes.nearest_change_sentence || ': '
        || coalesce(changed_names.segment_name, 'Unclassified')
            as nearest_change,
        nearest_changes.nearest_change_feature,
        nearest_changes.nearest_change_value,
        nearest_changes.nearest_change_segment_id,
        nearest_changes.nearest_change_distance,
        proposed.segment_id as proposed_segment_id,
        clusters.cluster_id = segments.segment_id as agrees_with_cluster,
        proposed.segment_id = segments.segment_id as agrees_with_proposal,
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
    left join active_rules
        on
            segments.segmentation = active_rules.segmentation
            and segments.rule_id = active_rules.rule_id
    left join proposed
        on
            segments.segmentation = proposed.segmentation
            and segments.entity_id = proposed.entity_id
    left join nearest_changes
        on
            segments.segmentation = nearest_changes.segmentation
            and segments.entity_id = nearest_changes.entity_id
    left join segment_names as changed_names
        on
            nearest_changes.segmentation = changed_names.segmentation
            and nearest_changes.nearest_change_segment_id
            = changed_names.segment_id
)

select * from final
order by segmentation, entity_id
