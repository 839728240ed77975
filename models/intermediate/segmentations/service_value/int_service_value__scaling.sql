{{ customer_segmentation.segmentation_scaling(
    'service_value',
    ref('int_service_value__features'),
    customer_segmentation.segmentation_settings('service_value')
) }}
