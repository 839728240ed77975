{{ customer_segmentation.segmentation_scaling(
    'service_value',
    ref('int_service_value__features'),
    config.meta_require('settings')
) }}
