{{ customer_segmentation.incremental_config('int_customer_fingerprints') }}
-- what is stale, a hook says, where dbt does not look
-- depends_on: {{ ref('int_customer_fingerprints') }}
with

-- the orders of a customer were built from what the customer's lines are now
orders as (
    {{ customer_segmentation.missing_rows(
        ref('int_orders_totalled')
    ) | indent(4) }}
),

final as (
    {{ customer_segmentation.orders_summed(
        'orders', 'customer_id', ['built_from']
    ) | indent(4) }}
)

select * from final
