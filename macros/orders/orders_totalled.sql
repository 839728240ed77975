{#- Accepted order lines, totalled per customer and order: an order id may recur under
    another customer (several shops in one table). `further` is SQL of more columns. -#}
{% macro orders_totalled(order_lines, further=[]) -%}
select
    order_id,
    customer_id,
    {%- for column in further %}
    {{ column }},
    {%- endfor %}
    cast(sum(quantity) as decimal(18, 4)) as quantity,
    cast(sum(sales) as decimal(18, 4)) as sales,
    {%- if customer_segmentation.cleaning_policy().returns == 'net' %}
    -- an order of returns alone lowers sales but is no order
    max(quantity) > 0 as is_purchase,
    {%- else %}
    true as is_purchase,
    {%- endif %}
    min(ordered_at) as ordered_at
from {{ order_lines }}
group by 1, 2
{%- endmacro %}
