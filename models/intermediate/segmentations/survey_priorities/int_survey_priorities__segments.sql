{{ customer_segmentation.segmentation_segments(
    'survey_priorities',
    ref('int_survey_priorities__features'),
    ref('int_survey_priorities__rules'),
    ref('int_segment_names'),
    customer_segmentation.segmentation_settings('survey_priorities')
) }}
