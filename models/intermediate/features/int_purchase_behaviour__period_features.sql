{% set name = 'purchase_behaviour' %}
{% set settings = customer_segmentation.segmentation_settings(name) %}
{% set window_days = settings.feature_window_days if execute else none %}
{{ config(
    materialized=customer_segmentation.history_materialization(),
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ customer_segmentation.forget_stale_features('purchase_behaviour') }}",
) }}
-- dbt cannot see at parse time which branch will be taken
-- depends_on: {{ ref('int_orders_totalled') }}
-- depends_on: {{ ref('int_customer_history') }}
with

missing_periods as (
    {{ customer_segmentation.missing_periods(
        customer_segmentation.features_built_from(name)
    ) | indent(4) }}
),

{% if window_days is none -%}
customer_features as (
    select * from {{ ref('int_customer_history') }}
),
{%- else -%}
customer_features as (
    {{ customer_segmentation.customer_features(
        window_days, cutoffs='missing_periods', last_day='period_end'
    ) | indent(4) }}
),
{%- endif %}

final as (
    select
        missing_periods.period_start,
        missing_periods.as_of_date,
        customer_features.customer_id as entity_id,
        customer_features.total_sales,
        customer_features.order_count,
        customer_features.average_order_value,
        customer_features.recency_days,
        customer_features.tenure_days,
        customer_features.quantity,
        {%- if window_days is none %}
        -- customers that were left out of this build are of an earlier one
        {{ customer_segmentation.features_built_from(
            name, 'customer_features.built_from'
        ) | indent(8) }} as built_from
        {%- else %}
        missing_periods.built_from
        {%- endif %}
    from customer_features
    inner join missing_periods
        on customer_features.as_of_date = missing_periods.as_of_date
)

select * from final
