{#- Customers of each segment at the end of each period and what they bought in it, also
    where a segment held nobody. -#}
{% set bigint = dbt.type_bigint() %}
with

history as (
    select * from {{ ref('int_segmentation_history') }}
),

periods as (
    select * from {{ ref('int_history_periods') }}
),

period_orders as (
    select * from {{ ref('int_period_orders') }}
),

customers as (
    select
        as_of_date,
        customer_id
    from {{ ref('int_customer_history') }}
),

segmentations as (
    select distinct segmentation
    from history
),

summed as (
    select
        segmentation,
        segment_id,
        as_of_date,
        count(*) as customer_count,
        sum(order_count) as order_count,
        sum(sales) as sales,
        min(rules_hash) as first_rules_hash,
        max(rules_hash) as last_rules_hash
    from history
    group by 1, 2, 3
    union all
    -- netted returns of someone who never bought belong to no segment
    select
        segmentations.segmentation,
        0 as segment_id,
        period_orders.as_of_date,
        0 as customer_count,
        sum(period_orders.order_count) as order_count,
        sum(period_orders.sales) as sales,
        cast(null as {{ dbt.type_string() }}) as first_rules_hash,
        cast(null as {{ dbt.type_string() }}) as last_rules_hash
    from period_orders
    cross join segmentations
    left join customers
        on
            period_orders.as_of_date = customers.as_of_date
            and period_orders.customer_id = customers.customer_id
    where customers.customer_id is null
    group by 1, 2, 3
),

segments as (
    select distinct
        segmentation,
        segment_id
    from summed
),

final as (
    select
        segments.segmentation,
        segments.segment_id,
        periods.period_start,
        periods.as_of_date,
        cast(coalesce(sum(summed.customer_count), 0) as {{ bigint }})
            as customer_count,
        cast(coalesce(sum(summed.order_count), 0) as {{ bigint }})
            as order_count,
        cast(coalesce(sum(summed.sales), 0) as decimal(18, 4)) as sales,
        min(summed.first_rules_hash) as first_rules_hash,
        max(summed.last_rules_hash) as last_rules_hash
    from segments
    cross join periods
    left join summed
        on
            segments.segmentation = summed.segmentation
            and segments.segment_id = summed.segment_id
            and periods.as_of_date = summed.as_of_date
    group by 1, 2, 3, 4
)

select * from final
