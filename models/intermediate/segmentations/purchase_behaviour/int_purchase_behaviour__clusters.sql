{{ customer_segmentation.nearest_centroid(
    ref('int_purchase_behaviour__scaled'),
    ref('int_purchase_behaviour__centroids'),
    ref('int_purchase_behaviour__labels'),
    customer_segmentation.segmentation_settings('purchase_behaviour')
) }}
