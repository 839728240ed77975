{#- What the orders of each `key` add up to; the days of purchases and their number
    leave out orders that only take goods back. -#}
{% macro orders_summed(orders, key) -%}
{#- unless returns are netted, every order is a purchase -#}
{%- set purchases = ' filter (where is_purchase)'
    if customer_segmentation.cleaning_policy().returns == 'net' else '' -%}
select
    {{ key }},
    sum(quantity) as quantity,
    sum(sales) as total_sales,
    count(*){{ purchases }} as order_count,
    cast(min(ordered_at){{ purchases }} as date) as first_order_date,
    cast(max(ordered_at){{ purchases }} as date) as last_order_date
from {{ orders }}
group by {{ key }}
{%- endmacro %}
