{{ customer_segmentation.segmentation_scaled(
    ref('int_survey_priorities__features'),
    ref('int_survey_priorities__scaling'),
    config.meta_require('settings')
) }}
