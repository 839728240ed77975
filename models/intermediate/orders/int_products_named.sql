with

order_lines_accepted as (
    select * from {{ ref('int_order_lines_accepted') }}
),

names_counted as (
    select
        coalesce(product_id, product_name) as product_id,
        product_name,
        count(*) as order_line_count
    from order_lines_accepted
    where coalesce(product_id, product_name) is not null
    group by 1, 2
),

-- A product often has several descriptions: the most frequent one, then the
-- first in the alphabet.
names_ranked as (
    select
        product_id,
        product_name,
        row_number() over (
            partition by product_id
            order by
                case when product_name is null then 1 else 0 end asc,
                order_line_count desc,
                {{ customer_segmentation.byte_order('product_name') }} asc
        ) as name_rank
    from names_counted
),

final as (
    select
        product_id,
        coalesce(product_name, product_id) as product_name
    from names_ranked
    where name_rank = 1
)

select * from final
