{{ customer_segmentation.stage_input('survey_responses') }}
