{#- Intervals are searched in the whole space of the features; what they cannot tell is
    counted at the entities of today. Rules of features that are now of another time hold
    as written, but not of what was approved; nor is a scale of another approval used. -#}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
with

rule_boxes as (
    select * from {{ ref('int_rule_boxes') }}
),

faults as (
    select * from {{ ref('int_rule_faults') }}
),

entity_faults as (
    select * from {{ ref('int_rule_entity_faults') }}
),

rules as (
    {%- for version in ['active', 'proposed'] %}
    select
        segmentation,
        '{{ version }}' as rule_version,
        rule_id,
        condition_sql
    from {{ ref('int_' ~ version ~ '_rules') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
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

findings as (
    select
        rule_set_kind,
        rule_set,
        rule_version,
        finding,
        case finding when 'not_searched' then 'warning' else 'error' end
            as severity,
        'intervals' as basis,
        rule_id,
        other_rule_id,
        cast(null as {{ bigint }}) as entity_count,
        remedy
    from faults
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
        'its condition says more than <, <=, >, >=, =, between, is null, and, '
        || 'or with one feature and a number each, so gaps and overlaps were '
        || 'only looked for at the entities of today.'
            as remedy
    from beyond_intervals
    union all
    select
        'segmentation' as rule_set_kind,
        segmentation as rule_set,
        'active' as rule_version,
        finding,
        severity,
        'entities' as basis,
        rule_id,
        other_rule_id,
        entity_count,
        remedy
    from entity_faults
    {%- for name in customer_segmentation.enabled_segmentations() if execute %}
    {%- for finding, remedy in {
        'other_window': customer_segmentation.other_window(name),
        'other_approval': customer_segmentation.other_approval(name),
    }.items() if remedy %}
    union all
    select
        'segmentation' as rule_set_kind,
        '{{ name }}' as rule_set,
        'active' as rule_version,
        '{{ finding }}' as finding,
        'warning' as severity,
        'settings' as basis,
        cast(null as {{ bigint }}) as rule_id,
        cast(null as {{ bigint }}) as other_rule_id,
        cast(null as {{ bigint }}) as entity_count,
        {{ customer_segmentation.sql_text(remedy) }} as remedy
    {%- endfor %}
    {%- endfor %}
),

final as (
    select
        findings.rule_set_kind,
        findings.rule_set,
        findings.rule_version,
        cast(row_number() over (
            partition by
                findings.rule_set_kind,
                findings.rule_set,
                findings.rule_version
            order by
                case findings.finding when 'not_searched' then 1 else 0 end asc,
                findings.severity asc,
                findings.basis desc,
                findings.finding asc,
                findings.rule_id asc,
                findings.other_rule_id asc,
                {{ customer_segmentation.byte_order('findings.remedy') }} asc
        ) as {{ dbt.type_bigint() }}) as finding_number,
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
