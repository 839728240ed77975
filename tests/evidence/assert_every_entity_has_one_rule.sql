-- What the customers of today show that intervals cannot: see the message.
select *
from {{ ref('rule_findings') }}
where
    basis = 'customers'
    and severity = 'error'
