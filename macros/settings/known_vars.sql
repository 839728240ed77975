{% macro known_vars() %}
    {{ return([
        'inputs', 'cleaning', 'as_of_date', 'max_order_date',
        'distinct_products', 'spend_window_days', 'spend_buckets',
        'rfm_cut_points', 'propensity_horizon_days', 'lifetime_model',
        'segmentation_names', 'segmentations', 'history', 'incremental',
        'python_models', 'publish_to', 'publish_parquet', 'sample_to',
    ]) }}
{% endmacro %}
