{{ customer_segmentation.checked_order_lines(
    ref('int_order_lines_screened'), ref('int_as_of_date')
) }}
