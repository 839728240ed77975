{% set drops_month = customer_segmentation.cleaning_policy()
    .incomplete_last_month == 'reject' %}
{{ customer_segmentation.checked_order_lines(
    ref('int_order_lines_screened'),
    ref('int_as_of_date') if drops_month
) }}
