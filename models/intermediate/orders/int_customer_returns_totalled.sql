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
        (
            rejection_reason in ('cancelled', 'returned')
            or rejection_reason is null
        )
        and quantity < 0
        and unit_price > 0
    group by 1
)

select * from final
