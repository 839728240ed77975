{{ customer_segmentation.nearest_centroid(
    'survey_priorities',
    ref('int_survey_priorities__scaled'),
    customer_segmentation.centroids_ref('survey_priorities'),
    customer_segmentation.fit_ref('int_survey_priorities__labels')
) }}
