{% set columns = 'grouping_kind, grouping_name, method, group_count, outcome, '
    ~ 'customer_count, variance_explained, rank_correlation' %}
with

segmentations as (
    {{ customer_segmentation.union_segmentations(
        'effectiveness', columns
    ) | indent(4) }}
),

groupings as (
    select * from {{ ref('int_bucket_effectiveness') }}
),

final as (
    select {{ columns }}
    from segmentations
    union all
    select {{ columns }}
    from groupings
)

select * from final
order by grouping_kind, grouping_name, outcome, method
