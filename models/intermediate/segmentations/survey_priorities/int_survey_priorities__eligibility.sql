{{ customer_segmentation.segmentation_eligibility(
    ref('int_survey_priorities__features'),
    customer_segmentation.segmentation_settings('survey_priorities'),
    customer_segmentation.segmentation_meta('survey_priorities').inputs
) }}
