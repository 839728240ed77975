{{ config(materialized='view') }}
{{ customer_segmentation.segmentation_scaled(
    ref('int_purchase_behaviour__period_features'),
    ref('int_purchase_behaviour__scaling'),
    customer_segmentation.segmentation_settings('purchase_behaviour'),
    period='as_of_date'
) }}
