{{ customer_segmentation.nearest_centroid(
    ref('int_survey_priorities__scaled'),
    customer_segmentation.fit_ref('int_survey_priorities__centroids'),
    customer_segmentation.fit_ref('int_survey_priorities__labels'),
    customer_segmentation.segmentation_settings('survey_priorities')
) }}
