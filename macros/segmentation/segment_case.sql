{#- The CASE that gives the segment, as int_<segmentation>__segments runs it, in the
    form that the setting `rule_form` says. -#}
{% macro segment_case(name, rules, names_relation, settings) -%}
{%- if settings.rule_form == 'nested' -%}
{{ customer_segmentation.nested_rule_case(rules, settings, 'segment_id') }}
{%- else -%}
{%- set names = {} -%}
{%- for row in customer_segmentation.fitted_rows(
    names_relation, ['segmentation', 'segment_id', 'segment_name'],
    'segmentation, segment_id'
) if row.segmentation == name -%}
    {%- do names.update({row.segment_id | int: row.segment_name}) -%}
{%- endfor -%}
{{ customer_segmentation.rule_case(
    rules, settings, 'segment_id', names,
    customer_segmentation.segmentation_meta(name).entity
) }}
{%- endif -%}
{%- endmacro %}
