{{ customer_segmentation.nearest_centroid(
    ref('int_purchase_behaviour__period_scaled'),
    customer_segmentation.fit_ref('int_purchase_behaviour__centroids'),
    customer_segmentation.fit_ref('int_purchase_behaviour__labels'),
    customer_segmentation.segmentation_settings('purchase_behaviour'),
    period='as_of_date'
) }}
