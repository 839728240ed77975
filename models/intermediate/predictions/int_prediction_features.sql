{#- Features look back from the last day that is known and outcomes forward from it:
    no order is on both sides. -#}
{% set double = customer_segmentation.column_type('double') %}
with

customer_features as (
    {{ customer_segmentation.customer_features(
        cutoffs=ref('int_prediction_windows'), last_day='last_known_date'
    ) | indent(4) }}
),

windows as (
    select * from {{ ref('int_prediction_windows') }}
),

orders as (
    select * from {{ ref('int_orders_totalled') }}
),

outcomes as (
    select
        windows.as_of_date,
        orders.customer_id,
        count(*) filter (where orders.is_purchase) as order_count,
        sum(orders.sales) as sales
    from orders
    inner join windows
        on
            cast(orders.ordered_at as date) > windows.last_known_date
            and cast(orders.ordered_at as date) <= windows.outcome_date
    group by 1, 2
),

final as (
    select
        windows.prediction_window,
        windows.last_known_date,
        customer_features.*,
        -- how many of the usual gaps between orders have passed since the last
        cast(customer_features.recency_days as {{ double }})
        / nullif(customer_features.mean_days_between_orders, 0)
            as overdue_ratio,
        case
            when windows.outcome_date is not null
                then coalesce(outcomes.order_count, 0)
        end as outcome_order_count,
        case
            when windows.outcome_date is not null
                then cast(coalesce(outcomes.sales, 0) as decimal(18, 4))
        end as outcome_sales
    from customer_features
    inner join windows on customer_features.as_of_date = windows.as_of_date
    left join outcomes
        on
            customer_features.as_of_date = outcomes.as_of_date
            and customer_features.customer_id = outcomes.customer_id
)

select * from final
