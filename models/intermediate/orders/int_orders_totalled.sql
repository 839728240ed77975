{{ customer_segmentation.incremental_config('int_customer_fingerprints') }}
{% set policy = customer_segmentation.cleaning_policy() %}
with

order_lines_accepted as (
    {{ customer_segmentation.rows_of_missing_customers(
        ref('int_order_lines_accepted')
    ) | indent(4) }}
),

-- An order id may recur under another customer (several shops in one table).
final as (
    select
        order_id,
        customer_id,
        {%- if var('incremental') %}
        max(built_from) as built_from,
        {%- endif %}
        cast(sum(quantity) as decimal(18, 4)) as quantity,
        cast(sum(sales) as decimal(18, 4)) as sales,
        {%- if policy.returns == 'net' %}
        -- an order of returns alone lowers sales but is no order
        max(quantity) > 0 as is_purchase,
        {%- else %}
        true as is_purchase,
        {%- endif %}
        min(ordered_at) as ordered_at,
        max(ordered_at) as last_ordered_at
    from order_lines_accepted
    group by 1, 2
)

select * from final
