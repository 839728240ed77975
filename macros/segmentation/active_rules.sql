{#- The rules in force: the approved ones, and without them the fitted ones. A dict of
    source (`approved` or `fitted`), file, hash and rules, in the order of their
    branches. A rule has rule_id, segment_id, condition (SQL over bare feature names)
    and bounds: per feature lower and upper as SQL prints them, whether they belong to
    the rule (lower not, upper yes where nothing is said) and whether an unknown value
    does. A rule that is no conjunction of bounds has none. -#}
{% macro active_rules(name, rules_relation, dialect=none) %}
    {% set approved = customer_segmentation.approved_rules(name, dialect) %}
    {{ return(
        customer_segmentation.proposed_rules(name, rules_relation, dialect)
        if approved is none else approved
    ) }}
{% endmacro %}
