{#- Respondents of a survey have no sales, even where an id of theirs is a
    customer's too; whose orders nobody gave, has unknown ones. -#}
{% set has_orders = customer_segmentation.has_order_lines() %}
{% set customer_names = customer_segmentation.string_list(
    customer_segmentation.customer_segmentations()
) %}
{% set double = customer_segmentation.column_type('double') %}
with

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

centroids as (
    select * from {{ ref('int_segment_centroids') }}
    where is_in_force
),

memberships as (
    select * from {{ ref('segment_memberships') }}
),

segment_rules as (
    select * from {{ ref('segment_rules') }}
),

customer_features as (
    select * from {{ ref('int_customer_features') }}
),

held as (
    select
        memberships.segmentation,
        memberships.segment_id,
        count(*) as entity_count,
        sum(customer_features.total_sales) as total_sales
    from memberships
    left join customer_features
        on
            memberships.entity_id = customer_features.customer_id
            and memberships.segmentation in ({{ customer_names }})
    group by 1, 2
),

totals as (
    select
        segmentation,
        sum(entity_count) as entity_count,
        sum(total_sales) as total_sales
    from held
    group by 1
),

rules_counted as (
    select
        segmentation,
        segment_id,
        count(*) as rule_count
    from segment_rules
    group by 1, 2
),

-- a cluster that no rule reaches is a segment with no entity
segment_ids as (
    select
        segmentation,
        segment_id
    from held
    union distinct
    select
        segmentation,
        segment_id
    from rules_counted
    union distinct
    select
        segmentation,
        segment_id
    from centroids
),

final as (
    select
        segment_ids.segmentation,
        segment_ids.segment_id,
        case
            when segment_ids.segment_id = 0 then 'Unclassified'
            else segment_names.segment_name
        end as segment_name,
        case
            when segment_ids.segment_id = 0
                then 'A feature is unknown, or no rule holds.'
            else segment_names.segment_description
        end as segment_description,
        case
            when segment_ids.segment_id = 0
                then 'Complete the data; look at rule_findings.'
            else segment_names.recommended_action
        end as recommended_action,
        coalesce(held.entity_count, 0) as entity_count,
        coalesce(
            cast(held.entity_count as {{ double }}) / totals.entity_count,
            0
        ) as entity_share,
        case
            when
                segment_ids.segmentation in ({{ customer_names }})
                and {{ 'true' if has_orders else 'false' }}
                then cast(coalesce(held.total_sales, 0) as decimal(18, 4))
        end as total_sales,
        case
            when segment_ids.segmentation in ({{ customer_names }})
                then
                    cast(coalesce(held.total_sales, 0) as {{ double }})
                    / nullif(cast(totals.total_sales as {{ double }}), 0)
        end as sales_share,
        coalesce(rules_counted.rule_count, 0) as rule_count
    from segment_ids
    left join segment_names
        on
            segment_ids.segmentation = segment_names.segmentation
            and segment_ids.segment_id = segment_names.segment_id
    left join held
        on
            segment_ids.segmentation = held.segmentation
            and segment_ids.segment_id = held.segment_id
    left join totals on segment_ids.segmentation = totals.segmentation
    left join rules_counted
        on
            segment_ids.segmentation = rules_counted.segmentation
            and segment_ids.segment_id = rules_counted.segment_id
)

select * from final
order by segmentation, segment_id
