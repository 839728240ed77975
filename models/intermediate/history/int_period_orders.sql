with

orders as (
    select * from {{ ref('int_orders_totalled') }}
),

periods as (
    select * from {{ ref('int_history_periods') }}
),

final as (
    select
        periods.as_of_date,
        orders.customer_id,
        count(*) filter (where orders.is_purchase) as order_count,
        cast(sum(orders.sales) as decimal(18, 4)) as sales
    from orders
    inner join periods
        on
            cast(orders.ordered_at as date) >= periods.period_start
            and cast(orders.ordered_at as date) <= periods.period_end
    group by 1, 2
)

select * from final
