{#- The segment and the rule of each entity. Features are doubles once, so that the CASE
    compares bare names. With `period`, a column, there are rows of several periods. -#}
{% macro placed_by_rules(
    name, active, features_relation, names={}, period=none
) -%}
{%- set settings = customer_segmentation.segmentation_settings(name) -%}
{%- set bigint = dbt.type_bigint() -%}
{%- set rules = active.rules -%}
{%- set columns = customer_segmentation.rule_columns(
    active, features_relation, settings
) -%}
with

features as (
    select
        {{ period ~ ', ' if period }}entity_id,
        {{ customer_segmentation.double_columns(columns) | indent(8) }}
    from {{ features_relation }}
),

final as (
    select
        {{ period ~ ', ' if period }}entity_id,
        cast({{ customer_segmentation.segment_case(
            name, rules, names
        ) }} as {{ bigint }}) as segment_id,
        {%- if settings.rule_form == 'nested' %}
        cast({{ customer_segmentation.nested_rule_case(
            rules, 'rule_id', settings.features
        ) }} as {{ bigint }}) as rule_id
        {%- else %}
        cast({{ customer_segmentation.rule_case(
            rules, 'rule_id'
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
