{{ customer_segmentation.segmentation_scaling(
    'demographics',
    ref('int_demographics__features'),
    config.meta_require('settings')
) }}
