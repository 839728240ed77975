{#- The select of order lines or orders from which a model per customer is built: all
    of them, or with var `incremental` those of customers of whom a line has changed
    since. -#}
{% macro rows_of_touched_customers(relation, needed=none) -%}
{%- set built_until = customer_segmentation.built_until(needed) -%}
select * from {{ relation }}
{%- if built_until is not none %}
where
    customer_id in (
        select customer_days.customer_id
        from {{ ref('int_customer_days') }} as customer_days
        where customer_days.changed_in_load > {{ built_until }}
    )
{%- endif %}
{%- endmacro %}
