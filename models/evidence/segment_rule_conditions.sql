with

rule_boxes as (
    select * from {{ ref('int_rule_boxes') }}
    where
        rule_set_kind = 'segmentation'
        and rule_version = 'active'
        and rule_id > 0
),

-- a condition of several boxes, or of none, cannot be told as one bound per feature
rules as (
    select
        rule_set,
        rule_id
    from rule_boxes
    group by 1, 2
    having
        max(box_id) = 1
        and min(case when has_intervals then 1 else 0 end) = 1
),

-- a rule that holds for everyone has no condition
final as (
    select
        rule_boxes.rule_set as segmentation,
        rule_boxes.rule_id,
        rule_boxes.feature,
        rule_boxes.lower_bound,
        rule_boxes.is_lower_inclusive,
        rule_boxes.upper_bound,
        rule_boxes.is_upper_inclusive and rule_boxes.upper_bound is not null
            as is_upper_inclusive,
        rule_boxes.includes_values,
        rule_boxes.includes_null
    from rule_boxes
    inner join rules
        on
            rule_boxes.rule_set = rules.rule_set
            and rule_boxes.rule_id = rules.rule_id
    where rule_boxes.feature is not null
)

select * from final
order by segmentation, rule_id, feature
