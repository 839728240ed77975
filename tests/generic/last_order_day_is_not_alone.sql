{#- A lone last day far behind the others is more often a typing error than an order:
    it would move the as-of date and with it every recency. -#}
{% test last_order_day_is_not_alone(model, maximum_days=31) %}

select
    last_order_date,
    previous_order_date,
    'set var max_order_date to leave it out' as remedy
from {{ model }}
where {{ dbt.datediff('previous_order_date', 'last_order_date', 'day') }} > {{ maximum_days }}

{% endtest %}
