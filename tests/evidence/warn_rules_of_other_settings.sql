-- Rules that hold as written, but whose features or whose scale are not those of which
-- they were approved. What to do is said in the log.
{{ config(severity='warn') }}
{% set condition = "basis = 'settings' and rule_version = 'active'" %}
{% for row in customer_segmentation.fitted_rows(
    ref('rule_findings'), ['message'], 'message', condition
) if flags.WHICH in ['build', 'test'] %}
    {% do log('rule_findings: ' ~ row.message, info=true) %}
{% endfor %}

select message
from {{ ref('rule_findings') }}
where {{ condition }}
