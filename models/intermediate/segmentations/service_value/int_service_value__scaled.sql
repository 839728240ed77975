{{ customer_segmentation.segmentation_scaled(
    ref('int_service_value__features'),
    ref('int_service_value__scaling'),
    config.meta_require('settings')
) }}
