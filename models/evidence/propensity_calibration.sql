with

final as (
    {{ customer_segmentation.fit_part(
        'int_propensity_fit', 'calibration',
        'prediction_window, decile, customer_count, mean_predicted, '
        ~ 'observed_share'
    ) | indent(4) }}
)

select * from final
order by prediction_window, decile
