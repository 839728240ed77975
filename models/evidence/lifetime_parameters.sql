with

final as (
    {{ customer_segmentation.fit_part(
        'int_lifetime_fit', 'parameter',
        'model, parameter, value, log_likelihood, customer_count, '
        ~ 'frequency_value_correlation, is_usable, reason',
        {
            'model': "'" ~ (var('lifetime_model') or 'bg_nbd') ~ "'",
            'reason': customer_segmentation.without_fit('lifetime'),
        }
    ) | indent(4) }}
)

select * from final
order by model, parameter
