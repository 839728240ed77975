{{ customer_segmentation.incremental_config('int_customer_fingerprints') }}
with

order_lines_accepted as (
    {{ customer_segmentation.rows_of_missing_customers(
        ref('int_order_lines_accepted')
    ) | indent(4) }}
),

final as (
    {{ customer_segmentation.latest_countries(
        'order_lines_accepted', ['built_from']
    ) | indent(4) }}
)

select * from final
