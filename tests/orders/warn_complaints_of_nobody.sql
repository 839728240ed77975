-- Most complaints are of known customers: ids that one table has cut, padded or prefixed
-- match nobody, and service_value would look as if nobody ever complained.
{{ config(severity='warn') }}
{% set query %}
select
    count(*) as complaint_count,
    count(customers.customer_id) as known_count,
    min(case
        when customers.customer_id is null then complaints.customer_id
    end) as example
from {{ ref('stg_inputs__complaints') }} as complaints
left join {{ ref('int_customers') }} as customers
    on complaints.customer_id = customers.customer_id
having count(*) > 2 * count(customers.customer_id)
{% endset %}
{% set is_built = execute and load_relation(ref('int_customers')) is not none %}
{% if is_built and flags.WHICH in ['build', 'test'] %}
    {% for complaints, known, example in run_query(query).rows %}
        {% do exceptions.warn(
            'input complaints: ' ~ known ~ ' of ' ~ complaints ~ ' rows have the '
            ~ "customer_id of a customer; '" ~ example ~ "' is that of none. Expected "
            ~ 'the ids of input order_lines: map customer_id by SQL.'
        ) %}
    {% endfor %}
{% endif %}

{{ query if is_built else 'select 1 as complaint_count where 1 = 0' }}
