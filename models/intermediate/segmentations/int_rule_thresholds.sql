with

rule_boxes as (
    select * from {{ ref('int_rule_boxes') }}
    where rule_set_kind = 'segmentation'
),

final as (
    select
        rule_set as segmentation,
        rule_version,
        rule_id,
        feature || ' above' as bound,
        lower_bound as threshold
    from rule_boxes
    where lower_bound is not null and has_intervals
    union all
    select
        rule_set as segmentation,
        rule_version,
        rule_id,
        feature || ' up to' as bound,
        upper_bound as threshold
    from rule_boxes
    where upper_bound is not null and has_intervals
)

select * from final
