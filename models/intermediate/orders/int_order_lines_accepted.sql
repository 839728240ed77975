with

order_lines_checked as (
    select * from {{ ref('int_order_lines_checked') }}
),

final as (
    select
        order_id,
        customer_id,
        product_id,
        product_name,
        country,
        quantity,
        unit_price,
        sales,
        ordered_at
    from order_lines_checked
    where rejection_reason is null
)

select * from final
