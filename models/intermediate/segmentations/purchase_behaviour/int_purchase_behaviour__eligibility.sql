{{ customer_segmentation.segmentation_eligibility(
    ref('int_purchase_behaviour__features'),
    customer_segmentation.segmentation_settings('purchase_behaviour'),
    customer_segmentation.segmentation_meta('purchase_behaviour').inputs
) }}
