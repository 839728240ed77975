{{ customer_segmentation.segmentation_scaled(
    ref('int_purchase_behaviour__features'),
    ref('int_purchase_behaviour__scaling'),
    customer_segmentation.segmentation_settings('purchase_behaviour')
) }}
