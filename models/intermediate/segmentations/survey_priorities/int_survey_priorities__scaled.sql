{{ customer_segmentation.segmentation_scaled(
    ref('int_survey_priorities__features'),
    ref('int_survey_priorities__scaling'),
    customer_segmentation.segmentation_settings('survey_priorities')
) }}
