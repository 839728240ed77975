{#- Staged order lines with their sales and the first reason that the line itself
    shows. Sales are exact: NULL, never rounded away, from 100 billion on. -#}
{% macro screened_order_lines(relation) -%}
{%- set double = customer_segmentation.column_type('double') -%}
with

staged as (
    select * from {{ relation }}
),

approximated as (
    select
        *,
        abs(cast(quantity as {{ double }}) * cast(unit_price as {{ double }}))
            as approximate_sales
    from staged
),

-- Beyond 10 billion two DECIMAL(18, 4) overflow DuckDB's product of 18 digits and
-- stop the build; a wider product costs fifty times as much, so few lines pay it.
valued as (
    select
        *,
        case
            when approximate_sales < 9999999999
                then cast(quantity * unit_price as decimal(18, 4))
            when approximate_sales < 100000000000
                then cast(
                    cast(quantity as decimal(20, 4)) * unit_price
                    as decimal(18, 4)
                )
        end as sales
    from approximated
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
