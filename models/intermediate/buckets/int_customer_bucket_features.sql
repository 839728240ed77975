{#- Whatever a family of the seed bucket_edges may name as its feature. -#}
{% set double = customer_segmentation.column_type('double') %}
with

customers as (
    select * from {{ ref('int_customers') }}
),

customer_features as (
    select * from {{ ref('int_customer_features') }}
),

customer_spend as (
    select * from {{ ref('int_customer_spend') }}
),

customer_propensities as (
    select * from {{ ref('int_customer_propensities') }}
),

final as (
    select
        customers.customer_id,
        customers.age,
        cast(customers.annual_income as {{ double }}) as annual_income,
        customer_propensities.purchase_propensity,
        cast(customer_spend.recent_sales as {{ double }}) as recent_sales,
        {%- for feature in customer_segmentation.further_features() %}
        cast(customers.{{ feature }} as {{ double }}) as {{ feature }},
        {%- endfor %}
        cast(coalesce(customer_features.order_count, 0) as {{ double }})
            as order_count,
        cast(coalesce(customer_features.total_sales, 0) as {{ double }})
            as total_sales,
        cast(customer_features.average_order_value as {{ double }})
            as average_order_value,
        cast(customer_features.recency_days as {{ double }}) as recency_days,
        cast(customer_features.tenure_days as {{ double }}) as tenure_days
    from customers
    inner join customer_spend
        on customers.customer_id = customer_spend.customer_id
    left join customer_propensities
        on customers.customer_id = customer_propensities.customer_id
    left join customer_features
        on customers.customer_id = customer_features.customer_id
)

select * from final
