{{ customer_segmentation.segmentation_eligibility(
    ref('int_demographics__features'),
    config.meta_require('settings'),
    config.meta_require('inputs')
) }}
