{#- What each customer gave back of what was paid for, from checked order lines. A
    line rejected as a return shows no other reason, so copies are left out here. -#}
{% macro returns_totalled(checked) -%}
{%- set keeps_copies = customer_segmentation.cleaning_policy().duplicates == 'keep' -%}
{%- set columns = customer_segmentation.input_specification().order_lines | list -%}
select
    customer_id,
    cast(-sum(sales) as decimal(18, 4)) as returned_sales
from (
    select {{ 'distinct' if not keeps_copies }}
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        sales
    from {{ checked }}
    where
        (rejection_reason in ('cancelled', 'returned') or rejection_reason is null)
        and quantity < 0
        and unit_price > 0
) as returned_lines
group by 1
{%- endmacro %}
