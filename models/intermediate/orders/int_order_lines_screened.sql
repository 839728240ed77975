{{ customer_segmentation.screened_order_lines(ref('stg_inputs__order_lines')) }}
