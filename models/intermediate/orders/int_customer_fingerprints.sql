with

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

final as (
    select
        customer_id,
        {{ customer_segmentation.built_from(['order_date', 'fingerprint'])
            | indent(8) }} as built_from
    from customer_days
    group by 1
)

select * from final
