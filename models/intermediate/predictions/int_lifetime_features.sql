{#- What BG/NBD and Gamma-Gamma need. A purchase is a day with an order, so that two
    orders on one day are one; the value is that of the days after the first, because
    Gamma-Gamma describes repeat purchases. -#}
{% set double = customer_segmentation.column_type('double') %}
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
    where is_purchase
),

purchase_days as (
    select
        customer_id,
        cast(ordered_at as date) as purchase_date,
        sum(sales) as sales
    from orders
    group by 1, 2
),

purchase_days_numbered as (
    select
        *,
        row_number() over (
            partition by customer_id
            order by purchase_date
        ) as purchase_number
    from purchase_days
),

marked as (
    select
        windows.prediction_window,
        windows.as_of_date,
        windows.outcome_date,
        purchases.customer_id,
        purchases.purchase_date,
        purchases.sales,
        purchases.purchase_number > 1 as is_repeat,
        purchases.purchase_date <= windows.as_of_date as is_known,
        purchases.purchase_date > windows.as_of_date
        and purchases.purchase_date <= windows.outcome_date as is_outcome
    from purchase_days_numbered as purchases
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
        count(*) filter (where is_known) - 1 as frequency,
        sum(sales) filter (where is_known and is_repeat) as repeat_sales,
        count(*) filter (where is_outcome) as outcome_purchases,
        sum(sales) filter (where is_outcome) as outcome_sales
    from marked
    group by 1, 2, 3, 4
),

final as (
    select
        prediction_window,
        customer_id,
        as_of_date,
        frequency,
        cast({{ dbt.datediff(
            'first_purchase_date', 'last_purchase_date', 'day'
        ) }} as {{ double }}) / 7 as recency_weeks,
        cast({{ dbt.datediff(
            'first_purchase_date', 'as_of_date', 'day'
        ) }} as {{ double }}) / 7 as age_weeks,
        cast(repeat_sales as {{ double }}) / nullif(frequency, 0)
            as repeat_purchase_value,
        case when outcome_date is not null then outcome_purchases end
            as outcome_purchases,
        case
            when outcome_date is not null
                then cast(coalesce(outcome_sales, 0) as decimal(18, 4))
        end as outcome_sales
    from customers
    where first_purchase_date <= as_of_date
)

select * from final
