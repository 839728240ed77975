with

customer_ids as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers') }}
),

orders as (
    select * from {{ ref('int_orders_totalled') }}
),

recent_sales as (
    select
        orders.customer_id,
        sum(orders.sales) as sales
    from orders
    inner join customer_ids on orders.customer_id = customer_ids.customer_id
    where
        cast(orders.ordered_at as date)
        > cast({{ dbt.dateadd(
            'day', -var('spend_window_days'), 'customer_ids.as_of_date'
        ) }} as date)
    group by 1
),

final as (
    select
        customer_ids.customer_id,
        cast(coalesce(recent_sales.sales, 0) as decimal(18, 4)) as recent_sales
    from customer_ids
    left join recent_sales
        on customer_ids.customer_id = recent_sales.customer_id
)

select * from final
