{{ customer_segmentation.stage_input('customer_totals') }}
