with

fit as (
    select * from {{ ref('int_propensity_fit') }}
    where part = 'quality'
),

final as (
    select
        prediction_window,
        model,
        entity_count,
        positive_share,
        auc,
        brier_score,
        log_loss,
        expected_calibration_error,
        intercept_shift,
        is_used,
        reason
    from fit
)

select * from final
order by prediction_window, model
