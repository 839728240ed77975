-- Rules that a fit may change tonight; dbt run-operation approve_rules fixes them.
{{ config(severity='warn') }}

select distinct
    segmentation,
    rules_hash
from {{ ref('int_active_rules') }}
where rule_source = 'fitted'
