{{ customer_segmentation.stage_input('customers') }}
