-- Order lines of which none is accepted are a mistake of the map or the policy, and
-- would publish empty marts over good ones. A row for each reason;
-- dbt run-operation check_inputs shows an example.
select
    reason,
    order_line_count
from {{ ref('cleaning_audit') }}
where
    reason <> 'accepted'
    and not exists (
        select 1
        from {{ ref('cleaning_audit') }} as accepted
        where accepted.reason = 'accepted' and accepted.order_line_count > 0
    )
