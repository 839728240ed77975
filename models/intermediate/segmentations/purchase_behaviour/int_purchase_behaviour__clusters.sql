{{ customer_segmentation.nearest_centroid(
    ref('int_purchase_behaviour__scaled'),
    ref('int_purchase_behaviour__centroids'),
    config.meta_require('settings')
) }}
