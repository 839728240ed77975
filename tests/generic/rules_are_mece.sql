{#- Sets of rules, as boxes like int_rule_boxes has them, place everything once: no gap,
    no overlap of two segments, no rule that never decides. -#}
{% test rules_are_mece(model, rule_version) %}

{{ customer_segmentation.rule_faults(model, rule_version) }}

{% endtest %}
