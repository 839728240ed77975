{#- The segment of each entity by the rules in force. Features are doubles once,
    so that the CASE compares bare names. -#}
{% macro segmentation_segments(
    name, features_relation, rules_relation, names_relation, settings
) -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set bigint = dbt.type_bigint() -%}
{%- set rules = customer_segmentation.active_rules(rules_relation, settings) -%}
{%- if flags.WHICH in ['build', 'run'] and rules -%}
    {%- do exceptions.warn(
        'rules of ' ~ name ~ ': fitted, ' ~ rules | length
        ~ ' rules that nobody has approved.'
    ) -%}
{%- endif -%}
with

features as (
    select
        entity_id,
        {{ customer_segmentation.double_columns(settings.features) | indent(8) }}
    from {{ features_relation }}
),

final as (
    select
        entity_id,
        cast({{ customer_segmentation.segment_case(
            name, rules, names_relation, settings
        ) }} as {{ bigint }}) as segment_id,
        {%- if settings.rule_form == 'nested' %}
        cast({{ customer_segmentation.nested_rule_case(
            rules, settings, 'rule_id'
        ) }} as {{ bigint }}) as rule_id
        {%- else %}
        cast({{ customer_segmentation.rule_case(
            rules, settings, 'rule_id'
        ) }} as {{ bigint }}) as rule_id
        {%- endif %}
    from features
    {%- if not rules %}
    -- no rules: nothing was fitted
    where 1 = 0
    {%- endif %}
)

select * from final
{%- endmacro %}
