with

order_lines_accepted as (
    select * from {{ ref('int_order_lines_accepted') }}
),

-- An order id may recur under another customer (several shops in one table).
final as (
    select
        order_id,
        customer_id,
        min(country) as country,
        count(*) as order_line_count,
        sum(quantity) as quantity,
        sum(sales) as sales,
        -- an order of returns alone (netted) lowers sales but is no order
        max(quantity) > 0 as is_purchase,
        min(ordered_at) as ordered_at
    from order_lines_accepted
    group by 1, 2
)

select * from final
