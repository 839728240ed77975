{{ customer_segmentation.stage_input('feature_sample') }}
