{#- The formulas that score are read while dbt compiles and printed here; without one
    its column is NULL, and lifetime_parameters says why. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set formulas = customer_segmentation.scoring_formulas(
    'lifetime', customer_segmentation.fit_ref('int_lifetime_fit')
) %}
-- noqa: disable=LT02
-- expressions are printed here, on lines of their own
with

customers as (
    select * from {{ ref('int_lifetime_features') }}
    where prediction_window = 'scoring'
),

scored as (
    select
        *,
        {%- for formula in customer_segmentation.formula_names('lifetime') %}
        {{ formulas.get(formula, 'cast(null as ' ~ double ~ ')') }}
            as {{ formula }}{{ ',' if not loop.last }}
        {%- endfor %}
    from customers
),

final as (
    select
        customer_id,
        as_of_date,
        cast({{ var('propensity_horizon_days') }} as {{ dbt.type_bigint() }})
            as horizon_days,
        frequency as repeat_purchase_count,
        recency_weeks as btyd_recency_weeks,
        age_weeks,
        repeat_purchase_value,
        probability_alive,
        expected_purchases,
        expected_purchase_value,
        expected_purchases * expected_purchase_value as expected_value
    from scored
)

select * from final
order by customer_id
