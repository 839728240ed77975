with

final as (
    {{ customer_segmentation.union_segmentations(
        'scaling',
        'feature, scaling, point, value, scaled_value, mean, '
        ~ 'standard_deviation'
    ) | indent(4) }}
)

select * from final
order by segmentation, feature, point
