{#- The segment of each entity as of each period by the rules in force when it was
    placed. An incremental model: whether rules that came later place it again, the key
    `restate` of var `history` says. What rules with errors placed is marked, so that it
    goes when they are mended: nobody has read it. -#}
{% macro period_segments(name, features_relation, rules_relation) -%}
{%- set faults = ref('int_rule_faults') -%}
{%- set entity_faults = ref('int_rule_entity_faults') -%}
{%- set judged = ref('int_active_rules') -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set active = customer_segmentation.active_rules(name, rules_relation) -%}
{%- set text = dbt.type_string() -%}
with

missing_periods as (
    select distinct
        features.period_start,
        features.as_of_date,
        features.built_from
    from {{ features_relation }} as features
    {%- if is_incremental() %}
    where not exists (
        select 1
        from {{ this }} as built
        where
            built.as_of_date = features.as_of_date
            and built.built_from = features.built_from
    )
    {%- endif %}
),

errors as (
    select rule_id
    from {{ faults }}
    where
        rule_set_kind = 'segmentation'
        and rule_set = '{{ name }}'
        and rule_version = 'active'
        and finding <> 'not_searched'
    union all
    select rule_id
    from {{ entity_faults }}
    where
        segmentation = '{{ name }}'
        and severity = 'error'
    union all
    -- a build of some models alone may place by rules that no model has judged
    select 0 as rule_id
    where not exists (
        select 1
        from {{ judged }} as judged
        where
            judged.segmentation = '{{ name }}'
            and judged.rules_hash = '{{ active.hash or '' }}'
    )
),

placed as (
    {{ customer_segmentation.placed_by_rules(
        name, active, features_relation, period='as_of_date'
    ) | indent(4) }}
),

final as (
    select
        missing_periods.period_start,
        missing_periods.as_of_date,
        placed.entity_id,
        placed.segment_id,
        placed.rule_id,
        cast(case
            when (select count(*) from errors) > 0 then 'unsound'
            else '{{ active.source }}'
        end as {{ text }}) as rule_source,
        cast('{{ active.hash or '' }}' as {{ text }}) as rules_hash,
        missing_periods.built_from
    from placed
    inner join missing_periods
        on placed.as_of_date = missing_periods.as_of_date
    {%- if is_incremental() %}
    -- whom former rules placed stays there
    where not exists (
        select 1
        from {{ this }} as built
        where
            built.as_of_date = placed.as_of_date
            and built.entity_id = placed.entity_id
    )
    {%- endif %}
)

select * from final
{%- endmacro %}
