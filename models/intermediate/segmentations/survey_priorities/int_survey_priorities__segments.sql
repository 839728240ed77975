{{ customer_segmentation.segmentation_segments(
    'survey_priorities',
    ref('int_survey_priorities__features'),
    customer_segmentation.fit_ref('int_survey_priorities__rules'),
    ref('int_segment_names')
) }}
