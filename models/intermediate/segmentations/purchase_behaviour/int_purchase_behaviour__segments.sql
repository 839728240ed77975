{{ customer_segmentation.segmentation_segments(
    'purchase_behaviour',
    ref('int_purchase_behaviour__features'),
    customer_segmentation.fit_ref('int_purchase_behaviour__rules'),
    ref('int_segment_names')
) }}
