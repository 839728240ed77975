with

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

select * from final
