{#- The country of each customer's latest order line that has one, from accepted order
    lines. -#}
{% macro latest_countries(order_lines) -%}
with

countries_dated as (
    select
        customer_id,
        country,
        max(ordered_at) as last_ordered_at
    from {{ order_lines }}
    group by 1, 2
),

countries_ranked as (
    select
        *,
        row_number() over (
            partition by customer_id
            order by
                case when country is null then 1 else 0 end asc,
                last_ordered_at desc,
                {{ customer_segmentation.byte_order('country') }} asc
        ) as country_rank
    from countries_dated
)

select
    customer_id,
    country
from countries_ranked
where country_rank = 1
{%- endmacro %}
