{{ customer_segmentation.segmentation_scaled(
    ref('int_service_value__features'),
    ref('int_service_value__scaling'),
    customer_segmentation.segmentation_settings('service_value')
) }}
