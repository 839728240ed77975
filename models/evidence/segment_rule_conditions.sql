with

rules as (
    {{ customer_segmentation.union_segmentations(
        'rules',
        'rule_id, feature, lower_bound, is_lower_inclusive, upper_bound, '
        ~ 'is_upper_inclusive, includes_null, is_chosen'
    ) | indent(4) }}
),

-- a rule that holds for everyone has no condition
final as (
    select
        segmentation,
        rule_id,
        feature,
        lower_bound,
        is_lower_inclusive,
        upper_bound,
        is_upper_inclusive,
        includes_null
    from rules
    where
        feature is not null
        and is_chosen
)

select * from final
order by segmentation, rule_id, feature
