{{ customer_segmentation.segmentation_eligibility(
    ref('int_purchase_behaviour__features'),
    config.meta_require('settings'),
    config.meta_require('inputs')
) }}
