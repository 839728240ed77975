with

scaling as (
    {{ customer_segmentation.union_segmentations(
        'scaling',
        'feature, scaling, point, value, scaled_value, mean, '
        ~ 'standard_deviation'
    ) | indent(4) }}
),

quality as (
    select * from {{ ref('segmentation_quality') }}
),

final as (
    select scaling.*
    from scaling
    inner join quality on scaling.segmentation = quality.segmentation
    where quality.status <> 'skipped'
)

select * from final
order by segmentation, feature, point
