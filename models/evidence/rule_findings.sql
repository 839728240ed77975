{#- Intervals are searched in the whole space of the features; what they cannot tell is
    counted at the customers. -#}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
{% set parts = [] %}
{% for name in customer_segmentation.enabled_segmentations() %}
    {% do parts.append({
        'name': name,
        'features': ref('int_' ~ name ~ '__features'),
        'rules': customer_segmentation.fit_ref('int_' ~ name ~ '__rules'),
    }) %}
{% endfor %}
with

rule_boxes as (
    select * from {{ ref('int_rule_boxes') }}
),

memberships as (
    select * from {{ ref('segment_memberships') }}
),

rules as (
    select
        segmentation,
        'active' as rule_version,
        rule_id,
        condition_sql
    from {{ ref('int_active_rules') }}
    union all
    select
        segmentation,
        'proposed' as rule_version,
        rule_id,
        condition_sql
    from {{ ref('int_proposed_rules') }}
),

faults as (
    {{ customer_segmentation.rule_faults(ref('int_rule_boxes')) | indent(4) }}
),

found_in_intervals as (
    select
        *,
        case finding
            when 'gap'
                then 'no rule holds at ' || place_name
                    || '. Widen a rule beside it, or add one.'
            when 'null_path'
                then 'no rule holds at ' || place_name
                    || '. Put a branch first: when <feature> is null then 0.'
            when 'overlap'
                then 'it also holds where rule '
                    || cast(other_rule_id as {{ text }}) || ' does, at '
                    || place_name || ', and the first one wins. Narrow one.'
            when 'unreachable'
                then 'it never decides: an earlier rule holds wherever it does. '
                    || 'Remove it, or narrow the earlier one.'
            else
                'it holds nowhere: its bounds exclude one another. Correct or '
                || 'swap them.'
        end as remedy
    from faults
),

beyond_intervals as (
    select distinct
        rule_set_kind,
        rule_set,
        rule_version,
        rule_id
    from rule_boxes
    where not has_intervals
),

-- both hold for a customer, and one of them is no box
shared as (
    {%- for part in parts if execute %}
    {{ customer_segmentation.shared_customers(
        part.name, part.rules, part.features
    ) | indent(4) }}
    union all
    {%- endfor %}
    {{ customer_segmentation._no_segmentation(
        'rule_id, other_rule_id, entity_count'
    ) | indent(4) }}
),

without_rule as (
    select
        segmentation,
        count(*) as entity_count
    from memberships
    where rule_id is null
    group by 1
),

entities as (
    select
        segmentation,
        rule_id,
        count(*) as entity_count
    from memberships
    group by 1, 2
),

without_entity as (
    select
        rules.segmentation,
        rules.rule_id
    from rules
    left join entities
        on
            rules.segmentation = entities.segmentation
            and rules.rule_id = entities.rule_id
    where
        rules.rule_version = 'active'
        and rules.rule_id > 0
        and entities.rule_id is null
        and rules.segmentation in (select entities.segmentation from entities)
),

findings as (
    select
        rule_set_kind,
        rule_set,
        rule_version,
        finding,
        'error' as severity,
        'intervals' as basis,
        rule_id,
        other_rule_id,
        cast(null as {{ bigint }}) as entity_count,
        remedy
    from found_in_intervals
    union all
    select
        rule_set_kind,
        rule_set,
        rule_version,
        'beyond_intervals' as finding,
        'warning' as severity,
        'intervals' as basis,
        rule_id,
        cast(null as {{ bigint }}) as other_rule_id,
        cast(null as {{ bigint }}) as entity_count,
        'its condition compares more than one feature with a number, so gaps and '
        || 'overlaps were only looked for at the customers.' as remedy
    from beyond_intervals
    union all
    select
        'segmentation' as rule_set_kind,
        segmentation as rule_set,
        'active' as rule_version,
        'overlap' as finding,
        'error' as severity,
        'customers' as basis,
        rule_id,
        other_rule_id,
        entity_count,
        'rule ' || cast(other_rule_id as {{ text }}) || ' holds for '
        || cast(entity_count as {{ text }})
        || ' of its entities too, and the first one wins. Narrow one.' as remedy
    from shared
    where entity_count > 0
    union all
    select
        'segmentation' as rule_set_kind,
        segmentation as rule_set,
        'active' as rule_version,
        'gap' as finding,
        'error' as severity,
        'customers' as basis,
        cast(null as {{ bigint }}) as rule_id,
        cast(null as {{ bigint }}) as other_rule_id,
        entity_count,
        'no rule holds for ' || cast(entity_count as {{ text }})
        || ' entities; segment_memberships has them with rule_id NULL.' as remedy
    from without_rule
    union all
    select
        'segmentation' as rule_set_kind,
        segmentation as rule_set,
        'active' as rule_version,
        'no_entity' as finding,
        'warning' as severity,
        'customers' as basis,
        rule_id,
        cast(null as {{ bigint }}) as other_rule_id,
        cast(0 as {{ bigint }}) as entity_count,
        'it holds for nobody today. Remove it, or keep it for those to come.'
            as remedy
    from without_entity
),

final as (
    select
        findings.rule_set_kind,
        findings.rule_set,
        findings.rule_version,
        row_number() over (
            partition by
                findings.rule_set_kind,
                findings.rule_set,
                findings.rule_version
            order by
                findings.severity,
                findings.basis desc,
                findings.finding,
                findings.rule_id,
                findings.other_rule_id,
                findings.remedy
        ) as finding_number,
        findings.finding,
        findings.severity,
        findings.basis,
        findings.rule_id,
        findings.other_rule_id,
        findings.entity_count,
        findings.rule_set
        || coalesce(', rule ' || cast(findings.rule_id as {{ text }}), '')
        || coalesce(' (when ' || rules.condition_sql || ')', '')
        || ': ' || findings.remedy as message
    from findings
    left join rules
        on
            findings.rule_set_kind = 'segmentation'
            and findings.rule_set = rules.segmentation
            and findings.rule_version = rules.rule_version
            and findings.rule_id = rules.rule_id
)

select * from final
order by rule_set_kind, rule_set, rule_version, finding_number
