{{ customer_segmentation.segmentation_scaling(
    'demographics',
    ref('int_demographics__features'),
    customer_segmentation.segmentation_settings('demographics')
) }}
