{{ customer_segmentation.stage_input('complaints') }}
