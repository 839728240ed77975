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
        quantity,
        unit_price,
        ordered_at,
        country,
        sales,
        quantity_text,
        unit_price_text,
        ordered_at_text,
        rejection_reason,
        {{ customer_segmentation.rejection_detail() }} as rejection_detail
    from order_lines_checked
    where rejection_reason is not null
)

select * from final
order by
    rejection_reason,
    order_id,
    customer_id,
    product_id,
    product_name,
    ordered_at,
    quantity,
    unit_price,
    ordered_at_text,
    quantity_text,
    unit_price_text,
    country
