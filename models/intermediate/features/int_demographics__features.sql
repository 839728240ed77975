{% set double = customer_segmentation.column_type('double') %}
with

customers as (
    select * from {{ ref('int_customers') }}
),

final as (
    select
        customer_id as entity_id,
        age,
        spending_score,
        cast(annual_income as {{ double }}) / 1000 as annual_income_thousands
    from customers
)

select * from final
