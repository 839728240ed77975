{#- The rules in force, in the order of their branches: a list of dicts with
    rule_id, segment_id, condition (SQL over bare feature names), entity_count
    and agreement as the fit saw them. Empty before anything is fitted. -#}
{% macro active_rules(rules_relation, settings) %}
    {% set rules = [] %}
    {% set conditions = {} %}
    {% for row in customer_segmentation.fitted_rows(
        rules_relation,
        ['rule_id', 'segment_id', 'feature', 'lower_text', 'upper_text',
         'entity_count', 'agreement'],
        'rule_id', 'is_chosen'
    ) %}
        {% if row.rule_id | int not in conditions %}
            {% do conditions.update({row.rule_id | int: {}}) %}
            {% do rules.append({
                'rule_id': row.rule_id | int,
                'segment_id': row.segment_id | int,
                'entity_count': row.entity_count | int,
                'agreement': row.agreement | float,
            }) %}
        {% endif %}
        {% if row.feature is not none %}
            {% set column = customer_segmentation.bare_name(row.feature) %}
            {% set bounds = [] %}
            {% if row.lower_text is not none %}
                {% do bounds.append(column ~ ' > ' ~ row.lower_text) %}
            {% endif %}
            {% if row.upper_text is not none %}
                {% do bounds.append(column ~ ' <= ' ~ row.upper_text) %}
            {% endif %}
            {% do conditions[row.rule_id | int].update(
                {row.feature: bounds | join(' and ')}
            ) %}
        {% endif %}
    {% endfor %}
    {% for rule in rules %}
        {% set texts = [] %}
        {% for feature in settings.features
            if feature in conditions[rule.rule_id] %}
            {% do texts.append(conditions[rule.rule_id][feature]) %}
        {% endfor %}
        {% do rule.update({'condition': texts | join(' and ') or '1 = 1'}) %}
    {% endfor %}
    {{ return(rules) }}
{% endmacro %}
