with

final as (
    {{ customer_segmentation.fit_part(
        'int_lifetime_fit', 'quality',
        'model, decile, customer_count, actual, expected, '
        ~ 'mean_absolute_error, reason'
    ) | indent(4) }}
)

select * from final
order by model, decile
