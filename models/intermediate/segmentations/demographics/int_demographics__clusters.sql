{{ customer_segmentation.nearest_centroid(
    ref('int_demographics__scaled'),
    customer_segmentation.fit_ref('int_demographics__centroids'),
    customer_segmentation.fit_ref('int_demographics__labels'),
    customer_segmentation.segmentation_settings('demographics')
) }}
