-- At most ten products a segment, ranked 1, 2, 3 … by order lines, in segments that
-- exist. Each row names the invariant that broke.
with

best_sellers as (
    select
        *,
        row_number() over (
            partition by segmentation, segment_id
            order by
                order_line_count desc,
                sales desc,
                {{ customer_segmentation.byte_order('product_id') }} asc
        ) as expected_rank
    from {{ ref('segment_best_sellers') }}
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name
    from {{ ref('segments') }}
),

checked as (
    select
        best_sellers.segmentation,
        best_sellers.segment_id,
        best_sellers.product_id,
        best_sellers.product_rank,
        case
            when best_sellers.product_rank > 10 then 'at most ten products'
            when best_sellers.product_rank <> best_sellers.expected_rank
                then 'ranks are 1, 2, 3 … by order lines'
            when segments.segment_id is null
                then 'the segment exists and bears this name'
            when best_sellers.product_name is null then 'a product has a name'
            when
                best_sellers.order_line_count < best_sellers.order_count
                or best_sellers.order_count < 1
                then 'an order has a line'
            when best_sellers.lift > 0 then null
            else 'the lift is positive'
        end as invariant
    from best_sellers
    left join segments
        on
            best_sellers.segmentation = segments.segmentation
            and best_sellers.segment_id = segments.segment_id
            and best_sellers.segment_name = segments.segment_name
)

select * from checked
where invariant is not null
