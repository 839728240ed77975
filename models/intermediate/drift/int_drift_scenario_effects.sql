{#- The checks of each scenario, by the edges and the rules of the comparison that it
    repeats. -#}
with

scenarios as (
    select * from {{ ref('int_drift_scenarios') }}
),

measures as (
    select
        *,
        scenario_id as comparison_id
    from {{ ref('int_drift_scenario_measures') }}
),

places as (
    select
        scenarios.scenario_id as comparison_id,
        reference_places.segment_id,
        reference_places.agrees_with_cluster,
        reference_places.rules_hash,
        false as is_current
    from {{ ref('int_drift_places') }} as reference_places
    inner join scenarios
        on
            reference_places.segmentation = scenarios.segmentation
            and reference_places.as_of_date = scenarios.reference_as_of_date
    inner join {{ ref('int_drift_scenario_entities') }} as reference_entities
        on
            scenarios.scenario_id = reference_entities.scenario_id
            and reference_places.entity_id = reference_entities.entity_id
    union all
    select
        scenario_id as comparison_id,
        segment_id,
        agrees_with_cluster,
        rules_hash,
        true as is_current
    from {{ ref('int_drift_scenario_places') }}
),

rules_used as (
    select
        comparison_id,
        count(distinct rules_hash) as rule_set_count
    from places
    group by 1
),

comparable_places as (
    select places.*
    from places
    inner join rules_used
        on places.comparison_id = rules_used.comparison_id
    where rules_used.rule_set_count = 1
),

cells as (
    {{ customer_segmentation.drift_cells(
        'measures', 'comparable_places'
    ) | indent(4) }}
),

effects as (
    {{ customer_segmentation.drift_effects('cells') | indent(4) }}
),

values_counted as (
    {{ customer_segmentation.values_counted('measures', [
        'comparison_id', 'check_kind', 'check_name', 'is_current'
    ]) | indent(4) }}
),

medians as (
    select
        comparison_id,
        check_kind,
        check_name,
        is_current,
        min(case
            when 2 * running_count >= total_count then measured_value
        end) as median
    from values_counted
    group by 1, 2, 3, 4
),

measured as (
    select
        scenarios.comparison_id,
        scenarios.scenario,
        effects.check_kind,
        effects.check_name,
        effects.current_count,
        effects.psi,
        effects.share_change,
        {{ customer_segmentation.relative_change(
            'current_medians.median', 'reference_medians.median'
        ) | indent(8) }} as relative_change
    from effects
    inner join scenarios on effects.comparison_id = scenarios.scenario_id
    left join medians as current_medians
        on
            effects.comparison_id = current_medians.comparison_id
            and effects.check_kind = current_medians.check_kind
            and effects.check_name = current_medians.check_name
            and current_medians.is_current
    left join medians as reference_medians
        on
            effects.comparison_id = reference_medians.comparison_id
            and effects.check_kind = reference_medians.check_kind
            and effects.check_name = reference_medians.check_name
            and not reference_medians.is_current
),

final as (
    select
        *,
        {{ customer_segmentation.drift_effect() | indent(8) }} as effect
    from measured
)

select * from final
