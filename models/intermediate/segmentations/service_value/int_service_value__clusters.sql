{{ customer_segmentation.nearest_centroid(
    'service_value',
    ref('int_service_value__scaled'),
    customer_segmentation.centroids_ref('service_value'),
    customer_segmentation.fit_ref('int_service_value__labels')
) }}
