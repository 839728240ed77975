{{ customer_segmentation.segmentation_scaled(
    ref('int_demographics__features'),
    ref('int_demographics__scaling'),
    config.meta_require('settings')
) }}
