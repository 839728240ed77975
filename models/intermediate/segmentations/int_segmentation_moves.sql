{#- Respondents of a survey have no sales, even where an id of theirs is a
    customer's too; whose orders nobody gave, has unknown ones. -#}
{% set has_orders = customer_segmentation.has_order_lines() %}
{% set double = customer_segmentation.column_type('double') %}
{% set customer_names = customer_segmentation.string_list(
    customer_segmentation.customer_segmentations()
) %}
with

memberships as (
    {{ customer_segmentation.union_segmentations(
        'segments', 'entity_id, segment_id, rule_id'
    ) | indent(4) }}
),

proposed as (
    select * from {{ ref('int_proposed_segments') }}
),

-- fitted rules in force are the proposed ones
fitted as (
    select distinct segmentation
    from {{ ref('int_active_rules') }}
    where rule_source = 'fitted'
),

customer_features as (
    select * from {{ ref('int_customer_features') }}
),

judged as (
    select
        memberships.segmentation,
        -- unknown where nothing is proposed
        case
            when fitted.segmentation is not null then 0
            when memberships.segment_id = proposed.segment_id then 0
            when memberships.segment_id <> proposed.segment_id then 1
        end as moves,
        case
            when
                memberships.segmentation in ({{ customer_names }})
                and {{ has_orders }}
                then coalesce(customer_features.total_sales, 0)
        end as total_sales
    from memberships
    left join proposed
        on
            memberships.segmentation = proposed.segmentation
            and memberships.entity_id = proposed.entity_id
    left join fitted on memberships.segmentation = fitted.segmentation
    left join customer_features
        on memberships.entity_id = customer_features.customer_id
),

final as (
    select
        segmentation,
        cast(sum(moves) as {{ double }}) / count(*) as moved_share,
        coalesce(
            cast(sum(moves * total_sales) as {{ double }})
            / nullif(cast(sum(total_sales) as {{ double }}), 0),
            case when count(moves * total_sales) > 0 then 0 end
        ) as moved_sales_share
    from judged
    group by 1
)

select * from final
