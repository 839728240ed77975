{#- The rules as one CASE, a branch a line; `result` picks what a branch gives,
    segment_id or rule_id. Whom no rule holds is Unclassified and has no rule. -#}
{% macro rule_case(rules, result, names={}, entity='customer') -%}
{%- do customer_segmentation.check_rule_result(result) -%}
{%- set otherwise = '0' if result == 'segment_id' else 'null' -%}
{%- if not rules -%}{{ return(otherwise) }}{%- endif -%}
case
        {%- for rule in rules %}
            when {{ rule.condition }} then {{ rule[result] }}
            {%- set comment = customer_segmentation.rule_comment(rule, names, entity)
                if result == 'segment_id' %}
            {%- if comment %}  -- {{ comment }}{% endif %}
        {%- endfor %}
            else {{ otherwise }}
        end
{%- endmacro %}
