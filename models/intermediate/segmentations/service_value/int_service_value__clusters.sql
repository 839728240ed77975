{{ customer_segmentation.nearest_centroid(
    ref('int_service_value__scaled'),
    ref('int_service_value__centroids'),
    ref('int_service_value__labels'),
    customer_segmentation.segmentation_settings('service_value')
) }}
