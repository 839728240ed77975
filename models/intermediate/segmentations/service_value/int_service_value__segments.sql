{{ customer_segmentation.segmentation_segments(
    'service_value',
    ref('int_service_value__features'),
    ref('int_service_value__rules'),
    ref('int_segment_names'),
    customer_segmentation.segmentation_settings('service_value')
) }}
