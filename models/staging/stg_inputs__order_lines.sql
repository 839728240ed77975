{{ customer_segmentation.stage_input('order_lines') }}
