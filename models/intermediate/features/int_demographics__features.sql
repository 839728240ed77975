{% set double = customer_segmentation.column_type('double') %}
with

{% if customer_segmentation.has_feature_sample() -%}
customers as (
    {{ customer_segmentation.sampled_features('demographics', [
        'age', 'spending_score', 'annual_income_thousands'
    ], 'customer_id') | indent(4) }}
),
{%- else -%}
customers as (
    select
        customer_id,
        age,
        spending_score,
        cast(annual_income as {{ double }}) / 1000 as annual_income_thousands
    from {{ ref('int_customers') }}
),
{%- endif %}

customer_propensities as (
    select * from {{ ref('int_customer_propensities') }}
),

final as (
    select
        customers.customer_id as entity_id,
        customers.age,
        coalesce(
            customers.spending_score,
            100 * customer_propensities.purchase_propensity
        ) as spending_score,
        customers.annual_income_thousands
    from customers
    left join customer_propensities
        on customers.customer_id = customer_propensities.customer_id
)

select * from final
