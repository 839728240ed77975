{{ customer_segmentation.segmentation_eligibility(
    ref('int_demographics__features'),
    customer_segmentation.segmentation_settings('demographics'),
    customer_segmentation.segmentation_meta('demographics').inputs
) }}
