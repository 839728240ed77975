{{ customer_segmentation.nearest_centroid(
    ref('int_demographics__scaled'),
    ref('int_demographics__centroids'),
    ref('int_demographics__labels'),
    customer_segmentation.segmentation_settings('demographics')
) }}
