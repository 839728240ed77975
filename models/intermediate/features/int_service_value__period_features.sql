{#- Of customers who had ordered by then. Totals that a user gives have no date, and so
    no past; without complaints and approved rules the segmentation is skipped. -#}
{% set settings = customer_segmentation.segmentation_settings('service_value') %}
{% set window_days = settings.feature_window_days if execute else none %}
{{ config(
    materialized=customer_segmentation.history_materialization(),
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ customer_segmentation.forget_stale_features('service_value') }}",
) }}
with

missing_periods as (
    {{ customer_segmentation.missing_periods(
        customer_segmentation.features_built_from('service_value')
    ) | indent(4) }}
    {%- if customer_segmentation.without_past('service_value') %}
    {{ 'and' if is_incremental() else 'where' }} 1 = 0
    {%- endif %}
),

customers as (
    select
        missing_periods.period_start,
        missing_periods.as_of_date,
        missing_periods.period_end,
        customer_history.customer_id
    from {{ ref('int_customer_history') }} as customer_history
    inner join missing_periods
        on customer_history.as_of_date = missing_periods.as_of_date
),

-- customers that were left out of this build are of an earlier one
customers_built as (
    select distinct
        as_of_date,
        built_from
    from {{ ref('int_customer_history') }}
),

service_value_features as (
    {{ customer_segmentation.service_value_features(
        'customers', window_days, 'period_end'
    ) | indent(4) }}
),

final as (
    select
        missing_periods.period_start,
        missing_periods.as_of_date,
        service_value_features.customer_id as entity_id,
        service_value_features.products_purchased,
        service_value_features.complaints,
        service_value_features.money_spent,
        {{ customer_segmentation.features_built_from(
            'service_value', 'customers_built.built_from'
        ) | indent(8) }} as built_from
    from service_value_features
    inner join missing_periods
        on service_value_features.as_of_date = missing_periods.as_of_date
    inner join customers_built
        on missing_periods.as_of_date = customers_built.as_of_date
)

select * from final
