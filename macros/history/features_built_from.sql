{#- What the features of a segmentation as of each period were built from: the customers
    of the period, and what else features depend on. -#}
{% macro features_built_from(name, customers_built_from=none) -%}
{%- set window_days = customer_segmentation.segmentation_settings(name)
    .get('feature_window_days') -%}
{%- set without_past = customer_segmentation.without_past(name) -%}
{{ customers_built_from or customer_segmentation.history_built_from() }}
    || '/{{ window_days or 'lifetime' }}{{ '/' ~ without_past if without_past }}'
{%- endmacro %}
