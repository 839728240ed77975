with

order_lines_accepted as (
    select * from {{ ref('int_order_lines_accepted') }}
),

final as (
    select
        customer_id,
        count(distinct coalesce(product_id, product_name)) as product_count
    from order_lines_accepted
    where quantity > 0
    group by 1
)

select * from final
