{#- The probability that the input gives wins; else the formula of the fit, which is
    read while dbt compiles and printed here. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set formulas = customer_segmentation.fitted_rows(
    ref('int_propensity_fit'), ['formula_sql'], 'formula_sql', "part = 'formula'"
) %}
with

customers as (
    select * from {{ ref('int_customers') }}
),

features as (
    select * from {{ ref('int_prediction_features') }}
    where prediction_window = 'scoring'
),

scored as (
    select
        customer_id,
        cast(
            {{ (formulas[0].formula_sql if formulas else 'null') | indent(12) }}
            as {{ double }}
        ) as probability
    from features
),

final as (
    select
        customers.customer_id,
        case
            when customers.purchase_propensity between 0 and 1
                then customers.purchase_propensity
            else scored.probability
        end as purchase_propensity
    from customers
    left join scored on customers.customer_id = scored.customer_id
)

select * from final
