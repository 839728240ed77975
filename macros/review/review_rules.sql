{#- Operation: prints what approving the freshest fit would change, a few lines per
    segmentation. dbt run-operation review_rules --args '{segmentation: demographics}' -#}
{% macro review_rules(segmentation=none, lines=12) %}
    {% if segmentation is not none %}
        {% do customer_segmentation.check_segmentation('review_rules', segmentation) %}
    {% endif %}
    {% for name in ([segmentation] if segmentation is not none
        else customer_segmentation.enabled_segmentations()) %}
        {% set place = "segmentation = '" ~ name ~ "'" %}
        {% set quality = customer_segmentation.fitted_rows(
            ref('segmentation_quality'), ['verdict', 'status', 'reason'],
            'segmentation', place
        ) %}
        {% if not quality %}
            {{ exceptions.raise_compiler_error(
                'review_rules: the warehouse knows nothing of ' ~ name
                ~ '; run dbt build first.'
            ) }}
        {% endif %}
        {% do print(name ~ ': ' ~ quality[0].verdict ~ (
            ' (' ~ quality[0].reason ~ ')' if quality[0].status == 'skipped' else ''
        )) %}
        {% set changes = customer_segmentation.fitted_rows(
            ref('segment_rule_changes'),
            ['change_sentence', 'entity_count', 'entity_share', 'sales_share'],
            'change_number', place
        ) %}
        {% for row in changes[:lines] %}
            {% do print(
                '  ' ~ '{:>9,}'.format(row.entity_count | int)
                ~ ' (%4.1f %%' | format(100 * row.entity_share)
                ~ (', %4.1f %% of sales' | format(100 * row.sales_share)
                   if row.sales_share is not none else '')
                ~ ')  ' ~ row.change_sentence
            ) %}
        {% endfor %}
        {% if changes | length > lines %}
            {% do print(
                '  and ' ~ (changes | length - lines)
                ~ ' more changes in segment_rule_changes'
            ) %}
        {% endif %}
        {% for row in customer_segmentation.fitted_rows(
            ref('rule_findings'), ['severity', 'message'],
            'rule_version, finding_number',
            "rule_set_kind = 'segmentation' and rule_set = '" ~ name ~ "'"
        ) %}
            {% do print('  ' ~ row.severity ~ ': ' ~ row.message) %}
        {% endfor %}
    {% endfor %}
{% endmacro %}
