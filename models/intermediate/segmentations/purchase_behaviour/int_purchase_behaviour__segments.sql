{{ customer_segmentation.segmentation_segments(
    'purchase_behaviour',
    ref('int_purchase_behaviour__features'),
    ref('int_purchase_behaviour__rules'),
    ref('int_segment_names'),
    customer_segmentation.segmentation_settings('purchase_behaviour')
) }}
