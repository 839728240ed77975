{#- The rules of the freshest fit, as active_rules returns rules. -#}
{% macro proposed_rules(name, rules_relation, dialect=none) %}
    {% set rules = customer_segmentation.fitted_rules(
        rules_relation, customer_segmentation.segmentation_settings(name), dialect
    ) %}
    {{ return({
        'source': 'fitted',
        'file': none,
        'hash': customer_segmentation.rules_hash(rules),
        'rules': rules,
    }) }}
{% endmacro %}
