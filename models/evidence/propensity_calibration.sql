with

fit as (
    select * from {{ ref('int_propensity_fit') }}
    where part = 'calibration'
),

final as (
    select
        prediction_window,
        decile,
        customer_count,
        mean_predicted,
        observed_share
    from fit
)

select * from final
order by prediction_window, decile
