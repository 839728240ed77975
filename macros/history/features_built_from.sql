{#- What the features of a segmentation as of each period were built from: the rows
    summed up in the period's fingerprint, and what else features depend on. -#}
{% macro features_built_from(name) -%}
{%- set window_days = customer_segmentation.segmentation_settings(name)
    .get('feature_window_days') -%}
{%- set has_totals = name == 'service_value'
    and customer_segmentation.input_kind('customer_totals')
    not in ['demo', 'absent'] -%}
periods.fingerprint
    || '/{{ window_days or 'lifetime' }}{{ '/totals' if has_totals }}'
{%- endmacro %}
