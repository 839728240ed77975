{{ customer_segmentation.nearest_centroid(
    ref('int_purchase_behaviour__scaled'),
    ref('int_purchase_behaviour__centroids'),
    customer_segmentation.segmentation_settings('purchase_behaviour')
) }}
