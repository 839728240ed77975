with

final as (
    {{ customer_segmentation.union_segmentations('k_selection') | indent(4) }}
)

select * from final
order by segmentation, k
