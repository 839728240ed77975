{{ customer_segmentation.incremental_config('int_customer_fingerprints') }}
with

order_lines_accepted as (
    {{ customer_segmentation.rows_of_missing_customers(
        ref('int_order_lines_accepted')
    ) | indent(4) }}
),

final as (
    select
        customer_id,
        {%- if var('incremental') %}
        max(built_from) as built_from,
        {%- endif %}
        count(distinct product_id) as product_count
    from order_lines_accepted
    where quantity > 0
    group by 1
)

select * from final
