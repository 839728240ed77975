{#- After another approval the periods that are over keep the segments of their own
    rules: what becomes of those tells nothing about the rules in force. -#}
with

periods as (
    select * from {{ ref('int_drift_periods') }}
),

latest as (
    select
        segmentation,
        max(comparison_id) as comparison_id
    from periods
    group by 1
),

rules_used as (
    select
        segmentation,
        as_of_date,
        min(rules_hash) as rules_hash
    from {{ ref('int_drift_places') }}
    group by 1, 2
),

rules_in_force as (
    select
        segmentation,
        min(rules_hash) as rules_hash
    from {{ ref('int_active_rules') }}
    group by 1
),

final as (
    select
        periods.segmentation,
        periods.comparison_id,
        periods.period_start,
        periods.reference_period_start,
        coalesce(
            current_rules.rules_hash = rules_in_force.rules_hash
            and reference_rules.rules_hash = rules_in_force.rules_hash,
            true
        ) as is_by_rules_in_force
    from latest
    inner join periods on latest.comparison_id = periods.comparison_id
    inner join rules_in_force
        on periods.segmentation = rules_in_force.segmentation
    left join rules_used as current_rules
        on
            periods.segmentation = current_rules.segmentation
            and periods.as_of_date = current_rules.as_of_date
    left join rules_used as reference_rules
        on
            periods.segmentation = reference_rules.segmentation
            and periods.reference_as_of_date = reference_rules.as_of_date
)

select * from final
