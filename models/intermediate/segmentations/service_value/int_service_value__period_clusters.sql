{{ customer_segmentation.nearest_centroid(
    ref('int_service_value__period_scaled'),
    customer_segmentation.fit_ref('int_service_value__centroids'),
    customer_segmentation.fit_ref('int_service_value__labels'),
    customer_segmentation.segmentation_settings('service_value'),
    period='as_of_date'
) }}
