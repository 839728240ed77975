{#- The segment of each entity by the rules in force; each build says which they are. -#}
{% macro segmentation_segments(
    name, features_relation, rules_relation, names_relation
) -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set active = customer_segmentation.active_rules(name, rules_relation) -%}
{%- if flags.WHICH in ['build', 'run'] -%}
    {%- do log(
        'rules of ' ~ name ~ ': ' ~ (
            'none' if not active.rules
            else 'approved (' ~ active.file ~ ', ' ~ active.hash ~ ')'
            if active.source == 'approved'
            else 'fitted (' ~ active.hash ~ '), approved by nobody'
        ), info=true
    ) -%}
{%- endif -%}
{{ customer_segmentation.placed_by_rules(
    name, active, features_relation,
    customer_segmentation.segment_names_of(name, names_relation)
) }}
{%- endmacro %}
