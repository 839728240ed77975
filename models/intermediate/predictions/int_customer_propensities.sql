{#- The probability that the input gives wins; else the formula that scores, which is
    read while dbt compiles and printed here. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set formulas = customer_segmentation.scoring_formulas(
    'propensity', customer_segmentation.fit_ref('int_propensity_fit')
) %}
with

given as (
    select
        customer_id,
        purchase_propensity
    from {{ ref('int_customers') }}
    where purchase_propensity between 0 and 1
),

features as (
    select * from {{ ref('int_propensity_features') }}
    where prediction_window = 'scoring'
),

scored as (
    select
        customer_id,
        cast(
            {{ formulas.get('propensity', 'null') | indent(12) }}
            as {{ double }}
        ) as purchase_propensity
    from features
),

final as (
    select
        customer_id,
        purchase_propensity
    from given
    union all
    select
        scored.customer_id,
        scored.purchase_propensity
    from scored
    left join given on scored.customer_id = given.customer_id
    where
        scored.purchase_propensity is not null
        and given.customer_id is null
)

select * from final
