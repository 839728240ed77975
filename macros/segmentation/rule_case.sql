{#- The rules as one CASE, a branch a line, each with its segment's name, size and
    agreement; `result` picks what a branch gives, segment_id or rule_id. -#}
{% macro rule_case(
    rules, settings, result, names={}, entity='customer', dialect=none
) -%}
{%- do customer_segmentation.check_rule_result(result) -%}
case
        {%- if settings.missing_values != 'routed' or not rules %}
            when {{ customer_segmentation.missing_condition(settings.features, dialect) }} then 0  -- Unclassified
        {%- endif %}
        {%- for rule in rules %}
            when {{ rule.condition }} then {{ rule[result] }}
            {%- if result == 'segment_id' %}  -- {{
                names.get(rule.segment_id, 'segment ' ~ rule.segment_id)
                | replace('\n', ' ')
            }}: {{ '{:,}'.format(rule.entity_count) }} {{ entity }}s, {{
                (rule.agreement * 100) | round(0) | int
            }} % agree
            {%- endif %}
        {%- endfor %}
            else 0
        end
{%- endmacro %}
