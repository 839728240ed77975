{#- The rules that the freshest fit proposes, in the order of their branches: a list of
    dicts as active_rules describes them, rule 0 for unknown features in front. Empty
    before anything is fitted. -#}
{% macro fitted_rules(rules_relation, settings, dialect=none) %}
    {% set rules = [] %}
    {% for row in customer_segmentation.fitted_rows(
        rules_relation,
        ['rule_id', 'segment_id', 'feature', 'lower_text', 'upper_text',
         'includes_null', 'entity_count', 'agreement'],
        'rule_id', 'is_chosen'
    ) %}
        {% if not rules or rules[-1].rule_id != row.rule_id | int %}
            {% do rules.append({
                'rule_id': row.rule_id | int,
                'segment_id': row.segment_id | int,
                'bounds': {},
                'entity_count': row.entity_count | int,
                'agreement': row.agreement | float,
            }) %}
        {% endif %}
        {% if row.feature is not none %}
            {% do rules[-1].bounds.update({row.feature: {
                'lower': row.lower_text,
                'upper': row.upper_text,
                'includes_null': row.includes_null or false,
            }}) %}
        {% endif %}
    {% endfor %}
    {% for rule in rules %}
        {% set texts = [] %}
        {% for feature in settings.features if feature in rule.bounds %}
            {% do texts.append(customer_segmentation.bound_condition(
                feature, rule.bounds[feature], dialect
            )) %}
        {% endfor %}
        {% do rule.update({
            'condition': texts | join(' and ') or '1 = 1',
            'fitted_count': rules | sum(attribute='entity_count'),
        }) %}
    {% endfor %}
    {% if rules and settings.missing_values != 'routed' %}
        {% do rules.insert(0, {
            'rule_id': 0,
            'segment_id': 0,
            'bounds': {},
            'condition': customer_segmentation.missing_condition(
                settings.features, dialect
            ),
            'comment': 'Unclassified',
        }) %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}
