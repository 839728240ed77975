{{ customer_segmentation.incremental_config('forget_touched_customers()') }}
{% set further = [customer_segmentation.built_in_load() ~ ' as built_in_load']
    if var('incremental') else [] %}
with

order_lines_accepted as (
    {{ customer_segmentation.rows_of_touched_customers(
        ref('int_order_lines_accepted')
    ) | indent(4) }}
),

final as (
    {{ customer_segmentation.orders_totalled('order_lines_accepted', further)
        | indent(4) }}
)

select * from final
