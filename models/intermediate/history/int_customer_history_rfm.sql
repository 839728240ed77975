{{ customer_segmentation.rfm_scores(
    ref('int_customer_history'), partition_by='as_of_date'
) }}
