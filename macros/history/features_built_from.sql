{#- What the features of a segmentation as of each period were built from: the rows
    summed up in the period's fingerprint, and what else features depend on. -#}
{% macro features_built_from(name) -%}
{%- set window_days = customer_segmentation.segmentation_settings(name)
    .get('feature_window_days') -%}
{%- set without_past = customer_segmentation.without_past(name) -%}
periods.fingerprint
    || '/{{ window_days or 'lifetime' }}{{ '/' ~ without_past if without_past }}'
{%- endmacro %}
