{#- Products, complaints and money of the last `window_days` up to each customer's
    as-of date: one row per customer and as-of date, also where there was nothing. -#}
{% macro service_value_features(
    customers, window_days=none, last_day='as_of_date', first_day=none
) -%}
{%- set double = customer_segmentation.column_type('double') -%}
with

orders_in_window as (
    {{ customer_segmentation.orders_in_window(
        customers, window_days, last_day, first_day
    ) | indent(4) }}
),

orders_summed as (
    select
        customer_id,
        as_of_date,
        sum(quantity) as products_purchased,
        sum(sales) as money_spent
    from orders_in_window
    group by 1, 2
),

complaints_counted as (
    select
        customers.customer_id,
        customers.as_of_date,
        count(*) as complaints
    from {{ ref('stg_inputs__complaints') }} as complaints
    inner join {{ customers }} as customers
        on complaints.customer_id = customers.customer_id
    where
        cast(complaints.complained_at as date) <= customers.{{ last_day }}
        {%- if first_day %}
        and cast(complaints.complained_at as date) >= customers.{{ first_day }}
        {%- endif %}
        {%- if window_days is not none %}
        and cast(complaints.complained_at as date) > cast({{ dbt.dateadd(
            'day', -window_days, 'customers.as_of_date'
        ) }} as date)
        {%- endif %}
    group by 1, 2
)

select
    customers.customer_id,
    customers.as_of_date,
    -- netted returns may outweigh the purchases of a window
    greatest(
        cast(coalesce(orders_summed.products_purchased, 0) as {{ double }}), 0
    ) as products_purchased,
    cast(coalesce(complaints_counted.complaints, 0) as {{ double }})
        as complaints,
    greatest(
        cast(coalesce(orders_summed.money_spent, 0) as {{ double }}), 0
    ) as money_spent
from {{ customers }} as customers
left join orders_summed
    on
        customers.customer_id = orders_summed.customer_id
        and customers.as_of_date = orders_summed.as_of_date
left join complaints_counted
    on
        customers.customer_id = complaints_counted.customer_id
        and customers.as_of_date = complaints_counted.as_of_date
{%- endmacro %}
