{#- No set of rules in force has a gap, an overlap of two segments or a rule that never
    decides, in the whole space of its features or at the customers of today. `model` has
    the columns of rule_findings; each message is said, so that a failed night tells what
    to do. -#}
{% test rules_are_mece(model) %}
{% set condition = "severity = 'error' and rule_version = 'active'" %}
{% for row in customer_segmentation.fitted_rows(
    model, ['message'], 'message', condition
) if flags.WHICH in ['build', 'test'] %}
    {% do log('rule_findings: ' ~ row.message, info=true) %}
{% endfor %}

select message
from {{ model }}
where {{ condition }}

{% endtest %}
