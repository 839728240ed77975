{#- The ten products with the most order lines in each segment of customers. The
    lift is the product's share of the segment's order lines over its share of all
    order lines of the segmentation's customers. -#}
{% set double = customer_segmentation.column_type('double') %}
with

order_lines as (
    select * from {{ ref('int_order_lines_accepted') }}
    where quantity > 0
),

products as (
    select * from {{ ref('int_products_named') }}
),

memberships as (
    select * from {{ ref('segment_memberships') }}
    where segmentation in ({{ customer_segmentation.string_list(
        customer_segmentation.customer_segmentations()
    ) }})
),

-- totals per customer and product first: few rows meet the memberships
customer_products as (
    select
        customer_id,
        coalesce(product_id, product_name) as product_id,
        count(*) as order_line_count,
        count(distinct order_id) as order_count,
        sum(quantity) as quantity,
        sum(sales) as sales
    from order_lines
    where coalesce(product_id, product_name) is not null
    group by 1, 2
),

segment_products as (
    select
        memberships.segmentation,
        memberships.segment_id,
        memberships.segment_name,
        customer_products.product_id,
        sum(customer_products.order_line_count) as order_line_count,
        sum(customer_products.order_count) as order_count,
        sum(customer_products.quantity) as quantity,
        sum(customer_products.sales) as sales
    from customer_products
    inner join memberships
        on customer_products.customer_id = memberships.entity_id
    group by 1, 2, 3, 4
),

compared as (
    select
        *,
        sum(order_line_count) over (partition by segmentation, segment_id)
            as segment_line_count,
        sum(order_line_count) over (partition by segmentation, product_id)
            as product_line_count,
        sum(order_line_count) over (partition by segmentation)
            as all_line_count,
        cast(row_number() over (
            partition by segmentation, segment_id
            order by
                order_line_count desc,
                sales desc,
                {{ customer_segmentation.byte_order('product_id') }} asc
        ) as {{ dbt.type_bigint() }}) as product_rank
    from segment_products
),

final as (
    select
        compared.segmentation,
        compared.segment_id,
        compared.segment_name,
        compared.product_rank,
        compared.product_id,
        products.product_name,
        cast(compared.order_line_count as {{ dbt.type_bigint() }})
            as order_line_count,
        cast(compared.order_count as {{ dbt.type_bigint() }}) as order_count,
        cast(compared.quantity as decimal(18, 4)) as quantity,
        cast(compared.sales as decimal(18, 4)) as sales,
        (
            cast(compared.order_line_count as {{ double }})
            / cast(compared.segment_line_count as {{ double }})
        ) / (
            cast(compared.product_line_count as {{ double }})
            / cast(compared.all_line_count as {{ double }})
        ) as lift
    from compared
    inner join products on compared.product_id = products.product_id
    where compared.product_rank <= 10
)

select * from final
order by segmentation, segment_id, product_rank
