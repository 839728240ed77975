{#- A rule of the same segment with bounds of the same features is the same rule with moved
    thresholds, where the two share more entities with each other than with any other. -#}
with

active_rules as (
    select * from {{ ref('int_active_rules') }}
    where rule_source = 'approved'
),

proposed_rules as (
    select proposed_rules.*
    from {{ ref('int_proposed_rules') }} as proposed_rules
    where
        proposed_rules.segmentation in (
            select active_rules.segmentation from active_rules
        )
),

thresholds as (
    select * from {{ ref('int_rule_thresholds') }}
),

shared as (
    select * from {{ ref('int_rule_overlaps') }}
),

shapes as (
    select
        segmentation,
        rule_version,
        rule_id,
        {{ customer_segmentation.text_list(
            'bound', "', '",
            'order by ' ~ customer_segmentation.byte_order('bound')
        ) }} as shape,
        count(distinct bound) = count(*) as has_one_box
    from thresholds
    group by 1, 2, 3
),

candidates as (
    select
        active_rules.segmentation,
        active_rules.rule_id as active_rule_id,
        proposed_rules.rule_id as proposed_rule_id,
        active_rules.condition_sql = proposed_rules.condition_sql as is_same,
        coalesce(shared.entity_count, 0) as entity_count
    from active_rules
    inner join proposed_rules
        on
            active_rules.segmentation = proposed_rules.segmentation
            and active_rules.segment_id = proposed_rules.segment_id
    left join shapes as active_shapes
        on
            active_shapes.rule_version = 'active'
            and active_rules.segmentation = active_shapes.segmentation
            and active_rules.rule_id = active_shapes.rule_id
    left join shapes as proposed_shapes
        on
            proposed_shapes.rule_version = 'proposed'
            and proposed_rules.segmentation = proposed_shapes.segmentation
            and proposed_rules.rule_id = proposed_shapes.rule_id
    left join shared
        on
            active_rules.segmentation = shared.segmentation
            and active_rules.rule_id = shared.active_rule_id
            and proposed_rules.rule_id = shared.proposed_rule_id
    where
        active_rules.condition_sql = proposed_rules.condition_sql
        or (
            active_shapes.shape = proposed_shapes.shape
            and active_shapes.has_one_box
            and proposed_shapes.has_one_box
        )
),

ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, active_rule_id
            order by
                case when is_same then 0 else 1 end asc,
                entity_count desc,
                proposed_rule_id asc
        ) as active_rank,
        row_number() over (
            partition by segmentation, proposed_rule_id
            order by
                case when is_same then 0 else 1 end asc,
                entity_count desc,
                active_rule_id asc
        ) as proposed_rank
    from candidates
),

final as (
    select
        segmentation,
        active_rule_id,
        proposed_rule_id,
        is_same,
        entity_count
    from ranked
    where active_rank = 1 and proposed_rank = 1
)

select * from final
