with

customer_segments as (
    select * from {{ ref('customer_segmentation', 'customer_segments') }}
),

final as (
    select
        customer_id,
        purchase_behaviour_segment,
        total_sales
    from customer_segments
    where purchase_behaviour_segment_id = 1
)

select * from final
