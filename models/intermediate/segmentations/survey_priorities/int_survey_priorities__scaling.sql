{{ customer_segmentation.segmentation_scaling(
    'survey_priorities',
    ref('int_survey_priorities__features'),
    customer_segmentation.segmentation_settings('survey_priorities')
) }}
