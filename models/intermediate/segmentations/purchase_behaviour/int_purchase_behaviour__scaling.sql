{{ customer_segmentation.segmentation_scaling(
    'purchase_behaviour',
    ref('int_purchase_behaviour__features'),
    config.meta_require('settings')
) }}
