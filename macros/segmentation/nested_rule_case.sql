{#- The same rules as CASE within CASE: each comparison is made once, which is
    fastest, and no longer reads as a list. Rules that no chain of comparisons tells
    apart, as a person may write them, stay flat. -#}
{% macro nested_rule_case(rules, settings, result) -%}
{%- do customer_segmentation.check_rule_result(result) -%}
{%- set nested = customer_segmentation._nested_branches(rules, settings, result)
    if rules else '0' -%}
{%- if nested is none -%}
{{ customer_segmentation.rule_case(rules, settings, result) }}
{%- elif settings.missing_values == 'routed' or not rules -%}
{{ nested }}
{%- else -%}
case
            when {{ customer_segmentation.missing_condition(settings.features) }} then 0  -- Unclassified
            else {{ nested | indent(12) }}
        end
{%- endif -%}
{%- endmacro %}
