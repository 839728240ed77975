{#- The external transitions of MONIC (Spiliopoulou et al., KDD 2006) from the approved
    rules to those of the freshest fit. Counts are compared whole: a half is a half.
    Exact halves in two segments are a split. -#}
{% set bigint = dbt.type_bigint() %}
with

rule_overlaps as (
    select * from {{ ref('int_rule_overlaps') }}
),

active_rules as (
    select * from {{ ref('int_active_rules') }}
    where rule_source = 'approved' and segment_id > 0
),

proposed_rules as (
    select * from {{ ref('int_proposed_rules') }}
    where segment_id > 0
),

active_segments as (
    select distinct
        segmentation,
        segment_id
    from active_rules
),

-- whom no rule holds, or the rule for unknown features, is in no segment
placed as (
    select
        rule_overlaps.segmentation,
        active_rules.segment_id as active_segment_id,
        proposed_rules.segment_id as proposed_segment_id,
        sum(rule_overlaps.entity_count) as entity_count
    from rule_overlaps
    left join active_rules
        on
            rule_overlaps.segmentation = active_rules.segmentation
            and rule_overlaps.active_rule_id = active_rules.rule_id
    left join proposed_rules
        on
            rule_overlaps.segmentation = proposed_rules.segmentation
            and rule_overlaps.proposed_rule_id = proposed_rules.rule_id
    group by 1, 2, 3
),

sized as (
    select
        *,
        sum(entity_count) over (
            partition by segmentation, active_segment_id
        ) as active_entity_count,
        sum(entity_count) over (
            partition by segmentation, proposed_segment_id
        ) as proposed_entity_count
    from placed
),

held as (
    select
        *,
        2 * entity_count >= active_entity_count as holds_half,
        4 * entity_count >= active_entity_count as holds_quarter
    from sized
    where active_segment_id is not null and proposed_segment_id is not null
),

counted as (
    select
        *,
        sum(case when holds_half then 1 else 0 end) over (
            partition by segmentation, active_segment_id
        ) as half_count,
        sum(case when holds_quarter then 1 else 0 end) over (
            partition by segmentation, active_segment_id
        ) as quarter_count
    from held
),

passed_on as (
    select
        *,
        case
            when holds_half and half_count = 1 then 'survival'
            when holds_quarter and half_count <> 1 and quarter_count > 1
                then 'split'
            else 'move'
        end as passage
    from counted
),

gathered as (
    select
        *,
        sum(case when passage = 'survival' then 1 else 0 end) over (
            partition by segmentation, proposed_segment_id
        ) as survival_count
    from passed_on
),

final as (
    select
        gathered.segmentation,
        gathered.active_segment_id,
        gathered.proposed_segment_id,
        -- who ends in a segment with another's number has joined that one
        case
            when
                gathered.passage = 'survival'
                and (
                    gathered.survival_count > 1
                    or (
                        gathered.active_segment_id
                        <> gathered.proposed_segment_id
                        and active_segments.segment_id is not null
                    )
                )
                then 'absorption'
            else gathered.passage
        end as transition,
        cast(gathered.entity_count as {{ bigint }}) as entity_count,
        cast(gathered.active_entity_count as {{ bigint }})
            as active_entity_count,
        cast(gathered.proposed_entity_count as {{ bigint }})
            as proposed_entity_count
    from gathered
    left join active_segments
        on
            gathered.segmentation = active_segments.segmentation
            and gathered.proposed_segment_id = active_segments.segment_id
)

select * from final
