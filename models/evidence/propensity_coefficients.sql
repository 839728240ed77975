with

final as (
    {{ customer_segmentation.fit_part(
        'int_propensity_fit', 'coefficient',
        'fit, term, feature, transform, fill_value, coefficient, '
        ~ 'standard_deviation, odds_ratio_per_standard_deviation, '
        ~ 'odds_ratio_per_doubling'
    ) | indent(4) }}
)

select * from final
order by fit, term
