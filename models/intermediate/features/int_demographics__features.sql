{% set double = customer_segmentation.column_type('double') %}
with

customers as (
    select * from {{ ref('int_customers') }}
),

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
        cast(customers.annual_income as {{ double }}) / 1000
            as annual_income_thousands
    from customers
    left join customer_propensities
        on customers.customer_id = customer_propensities.customer_id
)

select * from final
