{{ customer_segmentation.nearest_centroid(
    'purchase_behaviour',
    ref('int_purchase_behaviour__period_scaled'),
    customer_segmentation.centroids_ref('purchase_behaviour', 'as_of_date'),
    customer_segmentation.fit_ref('int_purchase_behaviour__labels'),
    period='as_of_date'
) }}
