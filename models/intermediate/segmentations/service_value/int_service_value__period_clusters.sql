{{ customer_segmentation.nearest_centroid(
    'service_value',
    ref('int_service_value__period_scaled'),
    customer_segmentation.centroids_ref('service_value', 'as_of_date'),
    customer_segmentation.fit_ref('int_service_value__labels'),
    period='as_of_date'
) }}
