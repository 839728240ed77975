with

order_lines_checked as (
    select * from {{ ref('int_order_lines_checked') }}
),

final as (
    select
        *,
        {{ customer_segmentation.rejection_detail() }} as rejection_detail
    from order_lines_checked
    where rejection_reason is not null
)

select * from final
