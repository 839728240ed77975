{#- What only the entities of today tell of the rules in force. -#}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
{% set parts = customer_segmentation.segmentation_parts(
    ['features', 'rules']
) %}
with

memberships as (
    {{ customer_segmentation.union_segmentations(
        'segments', 'entity_id, segment_id, rule_id'
    ) | indent(4) }}
),

active_rules as (
    select * from {{ ref('int_active_rules') }}
),

-- both hold for an entity, and one of them is no box
shared as (
    {%- for part in parts if execute %}
    {{ customer_segmentation.shared_entities(
        part.name, part.rules, part.features
    ) | indent(4) }}
    union all
    {%- endfor %}
    {{ customer_segmentation._no_segmentation(
        'rule_id, other_rule_id, entity_count'
    ) | indent(4) }}
),

held as (
    select
        segmentation,
        rule_id,
        count(*) as entity_count
    from memberships
    group by 1, 2
),

segmentations as (
    select
        segmentation,
        sum(entity_count) as entity_count
    from held
    group by 1
),

final as (
    select
        segmentation,
        'overlap' as finding,
        'error' as severity,
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
        segmentation,
        'gap' as finding,
        'error' as severity,
        rule_id,
        cast(null as {{ bigint }}) as other_rule_id,
        entity_count,
        'no rule holds for ' || cast(entity_count as {{ text }})
        || ' entities; segment_memberships has them with rule_id NULL.'
            as remedy
    from held
    where rule_id is null
    union all
    select
        active_rules.segmentation,
        'no_entity' as finding,
        'warning' as severity,
        active_rules.rule_id,
        cast(null as {{ bigint }}) as other_rule_id,
        cast(0 as {{ bigint }}) as entity_count,
        'it holds for nobody today. Remove it, or keep it for those to come.'
            as remedy
    from active_rules
    inner join segmentations
        on active_rules.segmentation = segmentations.segmentation
    left join held
        on
            active_rules.segmentation = held.segmentation
            and active_rules.rule_id = held.rule_id
    where
        active_rules.rule_id > 0
        and held.segmentation is null
        and segmentations.entity_count > 0
)

select * from final
