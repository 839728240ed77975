{#- What BG/NBD and Gamma-Gamma need. A purchase is a day with an order, so that two
    orders on one day are one; the value is that of the days after the first, because
    Gamma-Gamma describes repeat purchases. Netted returns lower the value of the
    purchases before them. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set bigint = dbt.type_bigint() %}
with

windows as (
    select
        prediction_window,
        last_known_date as as_of_date,
        outcome_date
    from {{ ref('int_prediction_windows') }}
    where prediction_window <> 'training'
),

orders as (
    select * from {{ ref('int_orders_totalled') }}
),

order_days as (
    select
        customer_id,
        cast(ordered_at as date) as order_date,
        sum(sales) as sales,
        max(case when is_purchase then 1 else 0 end) as purchases
    from orders
    group by 1, 2
),

order_days_numbered as (
    select
        *,
        sum(purchases) over (
            partition by customer_id
            order by order_date
        ) as purchase_number
    from order_days
),

marked as (
    select
        windows.prediction_window,
        windows.as_of_date,
        windows.outcome_date,
        order_days.customer_id,
        order_days.sales,
        order_days.purchases,
        case when order_days.purchases > 0 then order_days.order_date end
            as purchase_date,
        order_days.purchase_number > 1 as is_repeat,
        order_days.order_date <= windows.as_of_date as is_known,
        order_days.order_date > windows.as_of_date
        and order_days.order_date <= windows.outcome_date as is_outcome
    from order_days_numbered as order_days
    cross join windows
),

customers as (
    select
        prediction_window,
        customer_id,
        as_of_date,
        outcome_date,
        min(purchase_date) as first_purchase_date,
        max(purchase_date) filter (where is_known) as last_purchase_date,
        sum(purchases) filter (where is_known) - 1 as frequency,
        sum(sales) filter (where is_known and is_repeat) as repeat_sales,
        coalesce(sum(purchases) filter (where is_outcome), 0)
            as outcome_purchases,
        sum(sales) filter (where is_outcome) as outcome_sales
    from marked
    group by 1, 2, 3, 4
),

final as (
    select
        prediction_window,
        customer_id,
        as_of_date,
        cast(frequency as {{ bigint }}) as frequency,
        cast({{ dbt.datediff(
            'first_purchase_date', 'last_purchase_date', 'day'
        ) }} as {{ double }}) / 7 as recency_weeks,
        cast({{ dbt.datediff(
            'first_purchase_date', 'as_of_date', 'day'
        ) }} as {{ double }}) / 7 as age_weeks,
        cast(repeat_sales as {{ double }}) / nullif(frequency, 0)
            as repeat_purchase_value,
        case
            when outcome_date is not null
                then cast(outcome_purchases as {{ bigint }})
        end as outcome_purchases,
        case
            when outcome_date is not null
                then cast(coalesce(outcome_sales, 0) as decimal(18, 4))
        end as outcome_sales
    from customers
    where first_purchase_date <= as_of_date
)

select * from final
