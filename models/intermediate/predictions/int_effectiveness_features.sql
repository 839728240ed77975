{#- Every feature that a segmentation may use, as of the cutoff of the evaluation
    window. A feature of a segmentation that is not here cannot be measured. Columns
    that the user adds have no fixed number (noqa). -#}
{% set settings = customer_segmentation.segmentation_settings('service_value')
    if 'service_value' in customer_segmentation.enabled_segmentations() else {} %}
{% set window_days = settings.get('feature_window_days') %}
{% set has_totals = customer_segmentation.is_given('customer_totals') %}
{% set double = customer_segmentation.column_type('double') %}
with

features as (
    select * from {{ ref('int_prediction_features') }}
    where prediction_window = 'evaluation'
),

customers as (
    select * from {{ ref('int_customers') }}
),

{% if not has_totals -%}
service_value_features as (
    {{ customer_segmentation.service_value_features(
        'features', window_days, 'last_known_date'
    ) | indent(4) }}
),
{%- endif %}

final as (
    select
        features.*,
        {%- if not has_totals %}
        service_value_features.products_purchased,
        service_value_features.complaints,
        service_value_features.money_spent,
        {%- endif %}
        {%- for feature in customer_segmentation.further_features() %}
        cast(customers.{{ feature }} as {{ double }}) as {{ feature }},
        {%- endfor %}
        customers.age,
        -- a score that was made from the propensity of today knows the outcome
        customers.spending_score,
        cast(customers.annual_income as {{ double }}) / 1000
            as annual_income_thousands
    from features
    inner join customers on features.customer_id = customers.customer_id
    {%- if not has_totals %}
    inner join service_value_features
        on features.customer_id = service_value_features.customer_id
    {%- endif %}
)

select * from final  -- noqa: AM04
