{{ customer_segmentation.segmentation_scaled(
    ref('int_purchase_behaviour__features'),
    ref('int_purchase_behaviour__scaling'),
    config.meta_require('settings')
) }}
