{#- From the input customer_totals where a user gives one; else from order lines and
    complaints of the last feature_window_days. Then every customer has a row, also
    one who neither ordered nor complained lately. -#}
{% set settings = customer_segmentation.segmentation_settings('service_value') %}
{% set window_days = settings.feature_window_days if execute else none %}
{% set has_totals = customer_segmentation.is_given('customer_totals') %}
{% set double = customer_segmentation.column_type('double') %}
with

{% if customer_segmentation.has_feature_sample() -%}
final as (
    {{ customer_segmentation.sampled_features('service_value', [
        'products_purchased', 'complaints', 'money_spent'
    ]) | indent(4) }}
)
{%- elif has_totals -%}
customer_totals as (
    select * from {{ ref('stg_inputs__customer_totals') }}
),

final as (
    select
        customer_id as entity_id,
        -- as with order lines: who got more back than they paid has spent nothing
        {%- for feature in ['products_purchased', 'complaints', 'money_spent'] %}
        cast(case when {{ feature }} < 0 then 0 else {{ feature }} end
            as {{ double }}) as {{ feature }}{{ ',' if not loop.last }}
        {%- endfor %}
    from customer_totals
)
{%- else -%}
service_value_features as (
    {{ customer_segmentation.service_value_features(
        ref('int_customers'), window_days
    ) | indent(4) }}
),

final as (
    select
        customer_id as entity_id,
        products_purchased,
        complaints,
        money_spent
    from service_value_features
)
{%- endif %}

select * from final
