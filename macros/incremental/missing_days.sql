{#- The select of the days of order lines that the checked lines do not hold yet. -#}
{% macro missing_days() -%}
select
    order_date,
    built_from
from {{ ref('int_order_days') }}
{%- if customer_segmentation.holds_column('built_from') %}
where built_from not in (select distinct built_from from {{ this }})
{%- endif %}
{%- endmacro %}
