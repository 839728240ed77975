{{ customer_segmentation.segmentation_segments(
    'demographics',
    ref('int_demographics__features'),
    customer_segmentation.fit_ref('int_demographics__rules'),
    ref('int_segment_names')
) }}
