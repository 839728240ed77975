{% macro known_vars() %}
    {{ return([
        'inputs', 'cleaning', 'as_of_date', 'max_order_date',
        'distinct_products', 'spend_window_days',
        'segmentation_names', 'segmentations',
    ]) }}
{% endmacro %}
