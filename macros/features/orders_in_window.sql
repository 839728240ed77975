{#- Order totals of the last `window_days` up to each customer's as-of date, or of the
    lifetime up to it. `customers` has customer_id and as_of_date, and `last_day` is
    its column of the last day that counts, `first_day` of the first, where one is
    named. -#}
{% macro orders_in_window(
    customers, window_days=none, last_day='as_of_date', first_day=none
) -%}
select
    customers.customer_id,
    customers.as_of_date,
    orders.quantity,
    orders.sales
from {{ ref('int_orders_totalled') }} as orders
inner join {{ customers }} as customers
    on orders.customer_id = customers.customer_id
where
    cast(orders.ordered_at as date) <= customers.{{ last_day }}
    {%- if first_day %}
    and cast(orders.ordered_at as date) >= customers.{{ first_day }}
    {%- endif %}
    {%- if window_days is not none %}
    and cast(orders.ordered_at as date) > cast({{ dbt.dateadd(
        'day', -window_days, 'customers.as_of_date'
    ) }} as date)
    {%- endif %}
{%- endmacro %}
