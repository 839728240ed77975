{% set columns = [
    'leaves_per_segment', 'rule_count', 'price', 'fidelity', 'held_out_price',
    'held_out_fidelity', 'meets_targets', 'is_chosen', 'unreached_clusters',
    'choice_reason'
] %}
with

rules as (
    {{ customer_segmentation.union_segmentations(
        'rules', columns | join(', ')
    ) | indent(4) }}
),

-- each size has a row per rule and bounded feature
final as (
    select distinct
        segmentation,
        {{ columns | join(',\n        ') }}
    from rules
)

select * from final
order by segmentation, leaves_per_segment
