with

memberships as (
    {{ customer_segmentation.union_segmentations(
        'segments', 'entity_id, segment_id, rule_id'
    ) | indent(4) }}
),

proposed as (
    select * from {{ ref('int_proposed_segments') }}
),

final as (
    select
        memberships.segmentation,
        memberships.rule_id as active_rule_id,
        proposed.rule_id as proposed_rule_id,
        count(*) as entity_count
    from memberships
    inner join proposed
        on
            memberships.segmentation = proposed.segmentation
            and memberships.entity_id = proposed.entity_id
    group by 1, 2, 3
)

select * from final
