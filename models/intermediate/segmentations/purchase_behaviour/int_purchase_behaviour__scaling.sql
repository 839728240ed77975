{{ customer_segmentation.segmentation_scaling(
    'purchase_behaviour',
    ref('int_purchase_behaviour__features'),
    customer_segmentation.segmentation_settings('purchase_behaviour')
) }}
