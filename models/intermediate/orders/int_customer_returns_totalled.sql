with

order_lines_checked as (
    select * from {{ ref('int_order_lines_checked') }}
),

final as (
    {{ customer_segmentation.returns_totalled('order_lines_checked')
        | indent(4) }}
)

select * from final
