{{ customer_segmentation.nearest_centroid(
    'demographics',
    ref('int_demographics__scaled'),
    customer_segmentation.centroids_ref('demographics'),
    customer_segmentation.fit_ref('int_demographics__labels')
) }}
