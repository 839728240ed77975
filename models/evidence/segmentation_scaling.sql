with

final as (
    {{ customer_segmentation.union_segmentations('scaling') | indent(4) }}
)

select * from final
order by segmentation, feature, point
