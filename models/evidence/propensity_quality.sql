with

final as (
    {{ customer_segmentation.fit_part(
        'int_propensity_fit', 'quality',
        'prediction_window, model, entity_count, positive_share, auc, '
        ~ 'brier_score, log_loss, expected_calibration_error, '
        ~ 'intercept_shift, is_used, reason',
        {
            'prediction_window': "'later_window'",
            'model': "'propensity'",
            'reason': customer_segmentation.without_fit('propensity'),
        }
    ) | indent(4) }}
)

select * from final
order by prediction_window, model
