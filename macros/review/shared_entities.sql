{#- A select with a row per pair of rules of two segments of which at least one is no
    box: for how many entities both conditions hold. Rule 0 overlaps nothing. -#}
{% macro shared_entities(name, rules_relation, features_relation) -%}
{%- set active = customer_segmentation.active_rules(name, rules_relation) -%}
{%- set rules = active.rules | rejectattr('rule_id', 'equalto', 0) | list -%}
{%- set pairs = [] -%}
{%- for rule in rules -%}
    {%- for other in rules[loop.index:] if rule.segment_id != other.segment_id and (
        rule.get('boxes', []) is none or other.get('boxes', []) is none
    ) -%}
        {%- do pairs.append((rule, other)) -%}
    {%- endfor -%}
{%- endfor -%}
{%- for rule, other in pairs %}
select
    '{{ name }}' as segmentation,
    {{ rule.rule_id }} as rule_id,
    {{ other.rule_id }} as other_rule_id,
    count(*) as entity_count
from {{ features_relation }}
where
    ({{ rule.condition }})
    and ({{ other.condition }})
union all
{%- endfor %}
{{ customer_segmentation._no_segmentation('rule_id, other_rule_id, entity_count') }}
{%- endmacro %}
