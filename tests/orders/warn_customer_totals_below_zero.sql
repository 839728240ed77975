-- Totals are of goods and money that customers kept: below zero there are returns of
-- what was bought before, or a sign that is the other way round.
{{ config(severity='warn') }}
{% set columns = ['products_purchased', 'complaints', 'money_spent'] %}
{% set query %}
{%- for column in columns %}
select
    '{{ column }}' as column_name,
    count(*) as row_count,
    min(customer_id) as example
from {{ ref('stg_inputs__customer_totals') }}
where {{ column }} < 0
having count(*) > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endset %}
{% set totals = ref('stg_inputs__customer_totals') %}
{% set is_built = execute and load_relation(totals) is not none %}
{% if is_built and flags.WHICH in ['build', 'test'] %}
    {% for column, rows, example in run_query(query).rows %}
        {% do exceptions.warn(
            'input customer_totals: column ' ~ column ~ ': ' ~ rows ~ ' values are '
            ~ "below zero, that of customer_id '" ~ example ~ "' for one. They count "
            ~ 'as 0, as where returns outweigh orders; mend those that are none.'
        ) %}
    {% endfor %}
{% endif %}

{{ query if is_built else "select '' as column_name where 1 = 0" }}
