{#- The CASE that gives the segment, as int_<segmentation>__segments runs it, in the
    form that the setting `rule_form` says. -#}
{% macro segment_case(name, rules, names={}) -%}
{%- set settings = customer_segmentation.segmentation_settings(name) -%}
{%- if settings.rule_form == 'nested' -%}
{{ customer_segmentation.nested_rule_case(rules, 'segment_id', settings.features) }}
{%- else -%}
{{ customer_segmentation.rule_case(
    rules, 'segment_id', names, customer_segmentation.segmentation_meta(name).entity
) }}
{%- endif -%}
{%- endmacro %}
