{#- A select of the rules of every segmentation as rows: those in force (active), or what
    the freshest fit proposes. -#}
{% macro printed_rules(version) -%}
{%- set text = dbt.type_string() -%}
{%- set bigint = dbt.type_bigint() -%}
{%- set parts = customer_segmentation.segmentation_parts(['rules']) -%}
with

rules as (
    {%- for part in parts if execute %}
    {%- set found = (
        customer_segmentation.active_rules if version == 'active'
        else customer_segmentation.proposed_rules
    )(part.name, part.rules) %}
    {%- for rule in found.rules %}
    select
        '{{ part.name }}' as segmentation,
        {{ rule.rule_id }} as rule_id,
        {{ rule.segment_id }} as segment_id,
        {{ customer_segmentation.sql_text(rule.condition) }} as condition_sql,
        {{ customer_segmentation.sql_text(
            customer_segmentation.rule_sentence(rule.condition)
        ) }} as rule_sentence,
        '{{ found.source }}' as rule_source,
        '{{ found.hash }}' as rules_hash
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as {{ text }}) as segmentation,
        cast(null as {{ bigint }}) as rule_id,
        cast(null as {{ bigint }}) as segment_id,
        cast(null as {{ text }}) as condition_sql,
        cast(null as {{ text }}) as rule_sentence,
        cast(null as {{ text }}) as rule_source,
        cast(null as {{ text }}) as rules_hash
),

final as (
    select
        segmentation,
        cast(rule_id as {{ bigint }}) as rule_id,
        cast(segment_id as {{ bigint }}) as segment_id,
        condition_sql,
        rule_sentence,
        rule_source,
        rules_hash
    from rules
    where segmentation is not null
)

select * from final
{%- endmacro %}
