{#- Every customer as of the end of each period, from the orders up to then and nothing
    later. Scores are ranked within the period. -#}
{{ config(
    materialized=customer_segmentation.history_materialization(),
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ customer_segmentation.forget_stale_periods(customer_segmentation.history_built_from()) }}",
) }}
with

missing_periods as (
    {{ customer_segmentation.missing_periods(
        customer_segmentation.history_built_from()
    ) | indent(4) }}
),

customer_features as (
    {{ customer_segmentation.customer_features(
        cutoffs='missing_periods', last_day='period_end'
    ) | indent(4) }}
),

customers as (
    select
        customer_features.*,
        missing_periods.period_start,
        missing_periods.period_end,
        missing_periods.built_from
    from customer_features
    inner join missing_periods
        on customer_features.as_of_date = missing_periods.as_of_date
),

recent_orders as (
    {{ customer_segmentation.orders_in_window(
        'customers', customer_segmentation.days_var('spend_window_days'), 'period_end'
    ) | indent(4) }}
),

recent_sales as (
    select
        as_of_date,
        customer_id,
        cast(sum(sales) as decimal(18, 4)) as recent_sales
    from recent_orders
    group by 1, 2
),

final as (
    select
        customers.period_start,
        customers.as_of_date,
        customers.customer_id,
        customers.order_count,
        customers.total_sales,
        customers.average_order_value,
        customers.quantity,
        customers.recency_days,
        customers.tenure_days,
        customers.mean_days_between_orders,
        customers.first_order_date,
        customers.last_order_date,
        coalesce(recent_sales.recent_sales, 0) as recent_sales,
        customers.built_from
    from customers
    left join recent_sales
        on
            customers.as_of_date = recent_sales.as_of_date
            and customers.customer_id = recent_sales.customer_id
)

select * from final
