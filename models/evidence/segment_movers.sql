{#- Respondents of a survey have no sales, even where an id of theirs is a
    customer's too; whose orders nobody gave, has unknown ones. -#}
{% set has_orders = customer_segmentation.has_order_lines() %}
{% set customer_names = customer_segmentation.string_list(
    customer_segmentation.customer_segmentations()
) %}
with

memberships as (
    select * from {{ ref('segment_memberships') }}
),

proposed as (
    select * from {{ ref('int_proposed_segments') }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

customer_features as (
    select * from {{ ref('int_customer_features') }}
),

final as (
    select
        memberships.segmentation,
        memberships.entity_id,
        memberships.segment_id as active_segment_id,
        memberships.segment_name as active_segment_name,
        memberships.rule_id as active_rule_id,
        proposed.segment_id as proposed_segment_id,
        coalesce(segment_names.segment_name, 'Unclassified')
            as proposed_segment_name,
        proposed.rule_id as proposed_rule_id,
        case
            when
                memberships.segmentation in ({{ customer_names }})
                and {{ 'true' if has_orders else 'false' }}
                then cast(
                    coalesce(customer_features.total_sales, 0) as decimal(18, 4)
                )
        end as total_sales
    from memberships
    inner join proposed
        on
            memberships.segmentation = proposed.segmentation
            and memberships.entity_id = proposed.entity_id
    left join segment_names
        on
            proposed.segmentation = segment_names.segmentation
            and proposed.segment_id = segment_names.segment_id
    left join customer_features
        on memberships.entity_id = customer_features.customer_id
    where memberships.segment_id <> proposed.segment_id
)

select * from final
order by segmentation, entity_id
