{#- The same rules as CASE within CASE: each comparison is made once, which is
    fastest, and no longer reads as a list. Rules that no chain of comparisons tells
    apart, as a person may write them, stay flat, and so do rules that leave an unknown
    value to nobody: ELSE would take it. -#}
{% macro nested_rule_case(rules, result, features) -%}
{%- do customer_segmentation.check_rule_result(result) -%}
{%- set guard = rules[0] if rules and rules[0].rule_id == 0 -%}
{%- set branches = rules[1:] if guard else rules -%}
{%- set has_other_bounds = branches | selectattr('is_half_open', 'defined')
    | rejectattr('is_half_open') | list -%}
{%- set known = customer_segmentation.guarded_features(guard) if guard else [] -%}
{%- set nested = customer_segmentation._nested_branches(
    branches, features, result, features | reject('in', known) | list
) if branches and not has_other_bounds -%}
{%- if not nested -%}
{{ customer_segmentation.rule_case(rules, result) }}
{%- elif not guard -%}
{{ nested }}
{%- else -%}
case
            when {{ guard.condition }} then {{ guard[result] }}  -- Unclassified
            else {{ nested | indent(12) }}
        end
{%- endif -%}
{%- endmacro %}
