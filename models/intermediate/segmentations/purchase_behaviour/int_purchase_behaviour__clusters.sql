{{ customer_segmentation.nearest_centroid(
    ref('int_purchase_behaviour__scaled'),
    ref('int_purchase_behaviour__centroids'),
    ref('int_purchase_behaviour__labels'),
    config.meta_require('settings')
) }}
