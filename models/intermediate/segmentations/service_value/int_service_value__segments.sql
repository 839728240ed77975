{{ customer_segmentation.segmentation_segments(
    'service_value',
    ref('int_service_value__features'),
    customer_segmentation.fit_ref('int_service_value__rules'),
    ref('int_segment_names')
) }}
