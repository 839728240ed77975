{{ customer_segmentation.segmentation_eligibility(
    ref('int_service_value__features'),
    customer_segmentation.segmentation_settings('service_value'),
    customer_segmentation.segmentation_meta('service_value').inputs
) }}
