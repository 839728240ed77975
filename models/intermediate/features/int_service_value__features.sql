{#- From the input customer_totals where a user gives one; else from order lines and
    complaints of the last feature_window_days. Then every customer has a row, also
    one who neither ordered nor complained lately. -#}
{% set settings = customer_segmentation.segmentation_settings('service_value') %}
{% set window_days = settings.feature_window_days if execute else none %}
{% set has_totals = customer_segmentation.input_kind('customer_totals')
    not in ['demo', 'absent'] %}
{% set double = customer_segmentation.column_type('double') %}
with

{% if has_totals -%}
customer_totals as (
    select * from {{ ref('stg_inputs__customer_totals') }}
),

final as (
    select
        customer_id as entity_id,
        cast(products_purchased as {{ double }}) as products_purchased,
        cast(complaints as {{ double }}) as complaints,
        cast(money_spent as {{ double }}) as money_spent
    from customer_totals
)
{%- else -%}
customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers') }}
),

orders as (
    select * from {{ ref('int_orders_totalled') }}
),

complaints as (
    select * from {{ ref('stg_inputs__complaints') }}
),

orders_summed as (
    select
        customers.customer_id,
        sum(orders.quantity) as products_purchased,
        sum(orders.sales) as money_spent
    from orders
    inner join customers on orders.customer_id = customers.customer_id
    {%- if window_days is not none %}
    where
        cast(orders.ordered_at as date) > cast({{ dbt.dateadd(
            'day', -window_days, 'customers.as_of_date'
        ) }} as date)
    {%- endif %}
    group by 1
),

complaints_counted as (
    select
        customers.customer_id,
        count(*) as complaints
    from complaints
    inner join customers on complaints.customer_id = customers.customer_id
    where
        cast(complaints.complained_at as date) <= customers.as_of_date
        {%- if window_days is not none %}
        and cast(complaints.complained_at as date) > cast({{ dbt.dateadd(
            'day', -window_days, 'customers.as_of_date'
        ) }} as date)
        {%- endif %}
    group by 1
),

final as (
    select
        customers.customer_id as entity_id,
        cast(coalesce(orders_summed.products_purchased, 0) as {{ double }})
            as products_purchased,
        cast(coalesce(complaints_counted.complaints, 0) as {{ double }})
            as complaints,
        -- netted returns may outweigh the purchases of a window
        greatest(
            cast(coalesce(orders_summed.money_spent, 0) as {{ double }}), 0
        ) as money_spent
    from customers
    left join orders_summed
        on customers.customer_id = orders_summed.customer_id
    left join complaints_counted
        on customers.customer_id = complaints_counted.customer_id
)
{%- endif %}

select * from final
