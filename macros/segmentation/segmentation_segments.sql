{#- The segment of each entity by the rules in force. Features are doubles once,
    so that the CASE compares bare names. -#}
{% macro segmentation_segments(
    name, features_relation, rules_relation, names_relation, settings
) -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set bigint = dbt.type_bigint() -%}
{%- set rules = customer_segmentation.active_rules(rules_relation, settings) -%}
{%- set names = {} -%}
{%- for row in customer_segmentation.fitted_rows(
    names_relation, ['segmentation', 'segment_id', 'segment_name'],
    'segmentation, segment_id'
) if row.segmentation == name -%}
    {%- do names.update({row.segment_id | int: row.segment_name}) -%}
{%- endfor -%}
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
        {%- if settings.rule_form == 'nested' %}
        cast({{ customer_segmentation.nested_rule_case(
            rules, settings, 'segment_id'
        ) }} as {{ bigint }}) as segment_id,
        cast({{ customer_segmentation.nested_rule_case(
            rules, settings, 'rule_id'
        ) }} as {{ bigint }}) as rule_id
        {%- else %}
        cast({{ customer_segmentation.rule_case(
            rules, settings, 'segment_id', names,
            customer_segmentation.segmentation_meta(name).entity
        ) }} as {{ bigint }}) as segment_id,
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
