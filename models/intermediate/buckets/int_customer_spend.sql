{#- Without orders nobody knows what anyone spent. -#}
{% set has_orders = customer_segmentation.has_order_lines() %}
with

customer_ids as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers') }}
),

orders_in_window as (
    {{ customer_segmentation.orders_in_window(
        ref('int_customers'), customer_segmentation.days_var('spend_window_days')
    ) | indent(4) }}
),

recent_sales as (
    select
        customer_id,
        sum(sales) as sales
    from orders_in_window
    group by 1
),

final as (
    select
        customer_ids.customer_id,
        cast(
            {{ 'coalesce(recent_sales.sales, 0)' if has_orders else 'null' }}
            as decimal(18, 4)
        ) as recent_sales
    from customer_ids
    left join recent_sales
        on customer_ids.customer_id = recent_sales.customer_id
)

select * from final
