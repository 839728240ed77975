{#- Staged order lines with their sales and the first reason that the line itself
    shows. Sales are exact: NULL, never rounded away, beyond 100 billion. -#}
{% macro screened_order_lines(relation) -%}
{%- set double = customer_segmentation.column_type('double') -%}
with

staged as (
    select * from {{ relation }}
),

valued as (
    select
        *,
        case
            when
                abs(cast(quantity as {{ double }}) * cast(unit_price as {{ double }}))
                < 100000000000
                then cast(quantity * unit_price as decimal(18, 4))
        end as sales
    from staged
),

screened as (
    select
        *,
        {{ customer_segmentation.order_line_reason(
            customer_segmentation.cleaning_policy()
        ) }} as line_reason
    from valued
)

select * from screened
{%- endmacro %}
