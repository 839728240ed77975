{{ customer_segmentation.segmentation_scaled(
    ref('int_demographics__features'),
    ref('int_demographics__scaling'),
    customer_segmentation.segmentation_settings('demographics')
) }}
