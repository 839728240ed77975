{#- Every feature that a segmentation may use, as of the cutoff of the evaluation
    window. A feature of a segmentation that is not here cannot be measured. Columns
    that the user adds have no fixed number (noqa). -#}
{% set settings = customer_segmentation.segmentation_settings('service_value')
    if 'service_value' in customer_segmentation.enabled_segmentations() else {} %}
{% set window_days = settings.feature_window_days if execute else none %}
{% set has_totals = customer_segmentation.input_kind('customer_totals')
    not in ['demo', 'absent'] %}
{% set double = customer_segmentation.column_type('double') %}
with

features as (
    select * from {{ ref('int_prediction_features') }}
    where prediction_window = 'evaluation'
),

customers as (
    select * from {{ ref('int_customers') }}
),

orders as (
    select * from {{ ref('int_orders_totalled') }}
),

complaints as (
    select * from {{ ref('stg_inputs__complaints') }}
),
{% set in_window = 'cast({} as date) <= features.as_of_date' ~ (
    ' and cast({} as date) > cast('
    ~ dbt.dateadd('day', -window_days, 'features.as_of_date') ~ ' as date)'
    if window_days else ''
) %}
orders_summed as (
    select
        features.customer_id,
        sum(orders.quantity) as products_purchased,
        sum(orders.sales) as money_spent
    from orders
    inner join features on orders.customer_id = features.customer_id
    where {{ in_window | replace('{}', 'orders.ordered_at') }}
    group by 1
),

complaints_counted as (
    select
        features.customer_id,
        count(*) as complaints
    from complaints
    inner join features on complaints.customer_id = features.customer_id
    where {{ in_window | replace('{}', 'complaints.complained_at') }}
    group by 1
),

final as (
    select
        features.*,
        {%- if not has_totals %}
        cast(coalesce(orders_summed.products_purchased, 0) as {{ double }})
            as products_purchased,
        cast(coalesce(complaints_counted.complaints, 0) as {{ double }})
            as complaints,
        greatest(
            cast(coalesce(orders_summed.money_spent, 0) as {{ double }}), 0
        ) as money_spent,
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
    left join orders_summed on features.customer_id = orders_summed.customer_id
    left join complaints_counted
        on features.customer_id = complaints_counted.customer_id
)

select * from final  -- noqa: AM04
