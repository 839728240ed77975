{#- Segments of earlier approvals that no rule leads to any more: a list of dicts of
    segment_id and segment_name. Months of the past keep their numbers, which are given
    to no other segment. -#}
{% macro retired_segments(name) %}
    {% set text = customer_segmentation.approved_text('approved_rules', name) or '' %}
    {% set retired = [] %}
    {% for segment_id, segment_name in
        modules.re.findall('(?m)^\\s*-- Retired: (\\d{1,9}) (.*?)\\s*$', text) %}
        {% do retired.append(
            {'segment_id': segment_id | int, 'segment_name': segment_name}
        ) %}
    {% endfor %}
    {{ return(retired) }}
{% endmacro %}
