{#- What stands beside a branch: the comment of an approved file, else the segment's
    name with the rule's size and agreement at the fit. -#}
{% macro rule_comment(rule, names={}, entity='customer', total=none) %}
    {% if 'comment' in rule %}
        {{ return(rule.comment) }}
    {% endif %}
    {{ return(
        names.get(rule.segment_id, 'segment ' ~ rule.segment_id).split() | join(' ')
        ~ ': ' ~ '{:,}'.format(rule.entity_count) ~ ' ' ~ entity
        ~ ('s' if rule.entity_count != 1 else '')
        ~ (' (%.1f %%)' | format(100 * rule.entity_count / total) if total else '')
        ~ ', ' ~ (rule.agreement * 100) | round(0) | int ~ ' % agree'
        ~ (' at approval' if total else '')
    ) }}
{% endmacro %}
