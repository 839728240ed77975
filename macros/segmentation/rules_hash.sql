{#- A name for what rules decide: equal for equal branches, whatever the comments and
    the blanks; none without rules. -#}
{% macro rules_hash(rules) %}
    {% set lines = [] %}
    {% for rule in rules %}
        {% do lines.append(
            rule.condition.split() | join(' ') ~ ' then ' ~ rule.segment_id
        ) %}
    {% endfor %}
    {{ return(local_md5(lines | join('\n'))[:12] if rules else none) }}
{% endmacro %}
