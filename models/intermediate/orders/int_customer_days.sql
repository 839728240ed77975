{{ customer_segmentation.incremental_config('int_order_days') }}
-- what is stale, a hook says, where dbt does not look
-- depends_on: {{ ref('int_order_days') }}
with

order_lines_checked as (
    {{ customer_segmentation.missing_rows(
        ref('int_order_lines_checked')
    ) | indent(4) }}
),

final as (
    select
        customer_id,
        {{ customer_segmentation.order_day() }} as order_date,
        cast(-sum(sales) filter (
            where {{ customer_segmentation.returned_line() | indent(12) }}
        ) as decimal(18, 4)) as returned_sales,
        {{ customer_segmentation.built_from([
            'order_id', 'customer_id', 'product_id', 'quantity', 'sales',
            'ordered_at', 'country', 'rejection_reason'
        ]) | indent(8) }} as fingerprint,
        max(built_from) as built_from
    from order_lines_checked
    where customer_id is not null
    group by 1, 2
)

select * from final
