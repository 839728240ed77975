with
{% if var('incremental') %}
customer_days as (
    select * from {{ ref('int_customer_days') }}
),

final as (
    select
        customer_id,
        cast(sum(returned_sales) as decimal(18, 4)) as returned_sales
    from customer_days
    where returned_sales is not null
    group by 1
)
{%- else %}
order_lines_checked as (
    select * from {{ ref('int_order_lines_checked') }}
),

final as (
    select
        customer_id,
        cast(-sum(sales) as decimal(18, 4)) as returned_sales
    from order_lines_checked
    where
        {{ customer_segmentation.returned_line() | indent(8) }}
    group by 1
)
{%- endif %}

select * from final
