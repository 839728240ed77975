{{ config(materialized='view') }}
with

sampled as (
    {{ customer_segmentation.sampled_by_period(
        'purchase_behaviour', ref('int_purchase_behaviour__period_features')
    ) | indent(4) }}
),

final as (
    {{ customer_segmentation.segmentation_scaled(
        'sampled',
        customer_segmentation.period_scaling('purchase_behaviour'),
        customer_segmentation.segmentation_settings('purchase_behaviour'),
        period='as_of_date'
    ) | indent(4) }}
)

select * from final
