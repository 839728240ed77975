{% set double = customer_segmentation.column_type('double') %}
with

active_rules as (
    select * from {{ ref('int_active_rules') }}
),

memberships as (
    select * from {{ ref('segment_memberships') }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

held as (
    select
        segmentation,
        rule_id,
        count(*) as entity_count,
        count(case when agrees_with_cluster then 1 end) as agreeing_count,
        count(cluster_id) as clustered_count
    from memberships
    group by 1, 2
),

totals as (
    select
        segmentation,
        sum(entity_count) as entity_count
    from held
    group by 1
),

-- the branch for unknown features is a rule only where it holds for someone
final as (
    select
        active_rules.segmentation,
        active_rules.rule_id,
        active_rules.segment_id,
        case
            when active_rules.segment_id = 0 then 'Unclassified'
            else segment_names.segment_name
        end as segment_name,
        active_rules.condition_sql,
        active_rules.rule_sentence,
        active_rules.rule_source,
        coalesce(held.entity_count, 0) as entity_count,
        coalesce(
            cast(held.entity_count as {{ double }}) / totals.entity_count,
            0
        ) as entity_share,
        cast(held.agreeing_count as {{ double }})
        / nullif(held.clustered_count, 0) as agreement
    from active_rules
    left join held
        on
            active_rules.segmentation = held.segmentation
            and active_rules.rule_id = held.rule_id
    left join totals on active_rules.segmentation = totals.segmentation
    left join segment_names
        on
            active_rules.segmentation = segment_names.segmentation
            and active_rules.segment_id = segment_names.segment_id
    where active_rules.rule_id > 0 or held.entity_count > 0
)

select * from final
order by segmentation, rule_id
