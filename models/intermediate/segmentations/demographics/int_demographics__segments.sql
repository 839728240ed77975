{{ customer_segmentation.segmentation_segments(
    'demographics',
    ref('int_demographics__features'),
    ref('int_demographics__rules'),
    ref('int_segment_names'),
    customer_segmentation.segmentation_settings('demographics')
) }}
