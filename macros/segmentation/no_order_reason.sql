{#- Why a customer whom a segmentation does not know is in none of its segments. -#}
{% macro no_order_reason(name) -%}
{%- set window_days = customer_segmentation.segmentation_settings(name)
    .get('feature_window_days') -%}
{{ 'not in input customer_totals'
    if 'customer_totals' in customer_segmentation.segmentation_meta(name).inputs
    else 'no order in the last ' ~ window_days ~ ' days' if window_days
    else 'no order to go by' }}
{%- endmacro %}
