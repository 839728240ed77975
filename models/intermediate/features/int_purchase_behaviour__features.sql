{#- Without a window the totals already made are read; with one they are made
    again over the orders in it. A sample from another engine needs no orders. Totals
    that are kept with var `incremental` are read through a view. -#}
{% set name = 'purchase_behaviour' %}
{% set given = customer_segmentation.dict_var_entry('segmentations', name) %}
{{ config(
    materialized='view' if var('incremental') and not given.feature_window_days
        and not customer_segmentation.has_feature_sample() else 'table'
) }}
{% set settings = customer_segmentation.segmentation_settings(name) %}
{% set window_days = settings.feature_window_days if execute else none %}
-- dbt cannot see at parse time which branch will be taken
-- depends_on: {{ ref('int_orders_totalled') }}, {{ ref('int_as_of_date') }}
with

{% if customer_segmentation.has_feature_sample() -%}
final as (
    {{ customer_segmentation.sampled_features('purchase_behaviour', [
        'total_sales', 'order_count', 'average_order_value', 'recency_days',
        'tenure_days', 'quantity'
    ]) | indent(4) }}
)
{%- else -%}
{% if window_days is none -%}
customer_features as (
    select * from {{ ref('int_customer_features') }}
),
{%- else -%}
customer_features as (
    {{ customer_segmentation.customer_features(window_days) | indent(4) }}
),
{%- endif %}

final as (
    select
        customer_id as entity_id,
        total_sales,
        order_count,
        average_order_value,
        recency_days,
        tenure_days,
        quantity
    from customer_features
)
{%- endif %}

select * from final
