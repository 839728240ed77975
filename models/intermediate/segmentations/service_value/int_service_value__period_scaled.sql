{{ config(materialized='view') }}
with

sampled as (
    {{ customer_segmentation.sampled_by_period(
        'service_value', ref('int_service_value__period_features')
    ) | indent(4) }}
),

final as (
    {{ customer_segmentation.segmentation_scaled(
        'sampled',
        customer_segmentation.period_scaling('service_value'),
        customer_segmentation.segmentation_settings('service_value'),
        period='as_of_date'
    ) | indent(4) }}
)

select * from final
