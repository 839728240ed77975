{{ customer_segmentation.nearest_centroid(
    ref('int_survey_priorities__scaled'),
    ref('int_survey_priorities__centroids'),
    ref('int_survey_priorities__labels'),
    customer_segmentation.segmentation_settings('survey_priorities')
) }}
