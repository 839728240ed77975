{{ customer_segmentation.nearest_centroid(
    ref('int_demographics__scaled'),
    ref('int_demographics__centroids'),
    ref('int_demographics__labels'),
    config.meta_require('settings')
) }}
