{#- Where every customer stood at the end of each period, and what was bought in it.
    Whose features lie outside the window of a segmentation is absent from it. -#}
{% set bigint = dbt.type_bigint() %}
{% set names = customer_segmentation.history_segmentations() %}
with

customer_history as (
    select * from {{ ref('int_customer_history') }}
),

period_orders as (
    select * from {{ ref('int_period_orders') }}
),

placed as (
    {%- for name in names %}
    select
        '{{ name }}' as segmentation,
        customer_history.period_start,
        customer_history.as_of_date,
        customer_history.customer_id,
        coalesce(segments.segment_id, 0) as segment_id,
        segments.segment_id is not null as is_present,
        segments.rules_hash
    from customer_history
    left join {{ ref('int_' ~ name ~ '__period_segments') }} as segments
        on
            customer_history.as_of_date = segments.as_of_date
            and customer_history.customer_id = segments.entity_id
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as segmentation,
        period_start,
        as_of_date,
        customer_id,
        cast(null as {{ bigint }}) as segment_id,
        false as is_present,
        cast(null as {{ dbt.type_string() }}) as rules_hash
    from customer_history
    where 1 = 0
    {%- endfor %}
),

final as (
    select
        placed.*,
        coalesce(period_orders.order_count, 0) as order_count,
        coalesce(period_orders.sales, 0) as sales
    from placed
    left join period_orders
        on
            placed.as_of_date = period_orders.as_of_date
            and placed.customer_id = period_orders.customer_id
)

select * from final
