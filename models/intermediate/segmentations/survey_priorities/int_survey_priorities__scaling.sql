{{ customer_segmentation.segmentation_scaling(
    'survey_priorities',
    ref('int_survey_priorities__features'),
    config.meta_require('settings')
) }}
