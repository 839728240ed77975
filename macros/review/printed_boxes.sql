{#- A select of a segmentation's rules as boxes, one row per box and bounded feature: the
    rules in force, and where those are approved the proposed ones too. One row without
    a rule set where no name is given. -#}
{% macro printed_boxes(name, rules_relation, features_relation=none) -%}
{%- set double = customer_segmentation.column_type('double') -%}
{%- set text = dbt.type_string() -%}
{%- set found = {} -%}
{%- if name is not none -%}
    {%- do found.update({
        'active': customer_segmentation.active_rules(name, rules_relation)
    }) -%}
    {%- if found.active.source == 'approved' -%}
        {%- do found.update({
            'proposed': customer_segmentation.proposed_rules(name, rules_relation)
        }) -%}
    {%- endif -%}
{%- endif -%}
{%- set whole_features = customer_segmentation.whole_columns(features_relation)
    if features_relation else [] -%}
{%- for version, rules in found.items() -%}
{%- for rule in rules.rules -%}
{%- set boxes = customer_segmentation.condition_boxes(rule.condition) -%}
{%- for box in ([{}] if boxes is none else boxes) -%}
{%- set box_id = loop.index -%}
{%- for feature, bound in (box or {none: {}}).items() %}
select
    'segmentation' as rule_set_kind,
    '{{ name }}' as rule_set,
    '{{ version }}' as rule_version,
    {{ rule.rule_id }} as rule_id,
    {{ rule.segment_id }} as segment_id,
    {{ box_id }} as box_id,
    cast({{ 'null' if feature is none else customer_segmentation.sql_text(feature) }} as {{ text }}) as feature,
    cast({{ bound.get('lower') or 'null' }} as {{ double }}) as lower_bound,
    {{ bound.get('is_lower_inclusive', false) | lower }} as is_lower_inclusive,
    cast({{ bound.get('upper') or 'null' }} as {{ double }}) as upper_bound,
    {{ bound.get('is_upper_inclusive', true) | lower }} as is_upper_inclusive,
    {{ bound.get('includes_values', true) | lower }} as includes_values,
    {{ bound.get('includes_null', true) | lower }} as includes_null,
    {{ (boxes is not none) | lower }} as has_intervals,
    true as places_null,
    {{ (feature in whole_features) | lower }} as is_whole
union all
{%- endfor -%}
{%- endfor -%}
{%- endfor -%}
{%- endfor %}
select
    cast(null as {{ text }}) as rule_set_kind,
    cast(null as {{ text }}) as rule_set,
    cast(null as {{ text }}) as rule_version,
    cast(null as {{ dbt.type_bigint() }}) as rule_id,
    cast(null as {{ dbt.type_bigint() }}) as segment_id,
    cast(null as {{ dbt.type_bigint() }}) as box_id,
    cast(null as {{ text }}) as feature,
    cast(null as {{ double }}) as lower_bound,
    false as is_lower_inclusive,
    cast(null as {{ double }}) as upper_bound,
    true as is_upper_inclusive,
    true as includes_values,
    true as includes_null,
    true as has_intervals,
    true as places_null,
    false as is_whole
{%- endmacro %}
