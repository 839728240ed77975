{#- Features per customer from order totals: over the lifetime, or over the last
    `window_days` up to the as-of date. Days count to the as-of date. -#}
{% macro customer_features(window_days=none) -%}
{%- set double = customer_segmentation.column_type('double') -%}
with

orders as (
    select * from {{ ref('int_orders_totalled') }}
),

as_of_date as (
    select as_of_date from {{ ref('int_as_of_date') }}
),

orders_in_window as (
    select orders.*
    from orders
    {%- if window_days is not none %}
    cross join as_of_date
    where
        cast(orders.ordered_at as date) > cast({{ dbt.dateadd(
            'day', -window_days, 'as_of_date.as_of_date'
        ) }} as date)
    {%- endif %}
),

orders_summed as (
    select
        customer_id,
        sum(quantity) as quantity,
        sum(sales) as total_sales,
        count(*) filter (where is_purchase) as order_count,
        cast(min(ordered_at) filter (where is_purchase) as date)
            as first_order_date,
        cast(max(ordered_at) filter (where is_purchase) as date)
            as last_order_date
    from orders_in_window
    group by 1
),

final as (
    select
        orders_summed.customer_id,
        orders_summed.order_count,
        cast(orders_summed.total_sales as decimal(18, 4)) as total_sales,
        cast(
            cast(orders_summed.total_sales as {{ double }})
            / orders_summed.order_count
            as decimal(18, 4)
        ) as average_order_value,
        cast(orders_summed.quantity as decimal(18, 4)) as quantity,
        cast({{ dbt.datediff(
            'orders_summed.last_order_date', 'as_of_date.as_of_date', 'day'
        ) }} as {{ dbt.type_bigint() }}) as recency_days,
        cast({{ dbt.datediff(
            'orders_summed.first_order_date', 'as_of_date.as_of_date', 'day'
        ) }} as {{ dbt.type_bigint() }}) as tenure_days,
        cast(
            {{ dbt.datediff(
                'orders_summed.first_order_date',
                'orders_summed.last_order_date',
                'day'
            ) }} as {{ double }}
        ) / nullif(orders_summed.order_count - 1, 0)
            as mean_days_between_orders,
        orders_summed.first_order_date,
        orders_summed.last_order_date
    from orders_summed
    cross join as_of_date
    where orders_summed.order_count > 0
)

select * from final
{%- endmacro %}
