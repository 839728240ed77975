with

fit as (
    select * from {{ ref('int_propensity_fit') }}
    where part = 'coefficient'
),

final as (
    select
        fit,
        term,
        feature,
        transform,
        fill_value,
        coefficient,
        standard_deviation,
        odds_ratio_per_standard_deviation,
        odds_ratio_per_doubling
    from fit
)

select * from final
order by fit, term
