{#- What stands beside a branch: the comment of an approved file, else the segment's
    name with the rule's size and agreement among those fitted. -#}
{% macro rule_comment(rule, names={}, entity='customer') %}
    {% if 'comment' in rule %}
        {{ return(rule.comment) }}
    {% endif %}
    {{ return(
        names.get(rule.segment_id, 'segment ' ~ rule.segment_id).split() | join(' ')
        ~ ': ' ~ '{:,} of {:,} '.format(rule.entity_count, rule.fitted_count) ~ entity
        ~ ('s' if rule.fitted_count != 1 else '')
        ~ ', ' ~ (rule.agreement * 100) | round(0) | int ~ ' % agree'
    ) }}
{% endmacro %}
