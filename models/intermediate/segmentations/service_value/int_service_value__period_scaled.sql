{{ config(materialized='view') }}
{{ customer_segmentation.segmentation_scaled(
    ref('int_service_value__period_features'),
    ref('int_service_value__scaling'),
    customer_segmentation.segmentation_settings('service_value'),
    period='as_of_date'
) }}
