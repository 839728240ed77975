{{ customer_segmentation.rfm_scores(ref('int_customer_features')) }}
