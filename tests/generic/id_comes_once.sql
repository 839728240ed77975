{#- One row per id of an input. dbt's own failure only counts rows, so the repeated
    ids and the remedy are said here. -#}
{% test id_comes_once(model, column_name, input) %}
{% set query %}
select
    {{ column_name }},
    count(*) as row_count
from {{ model }}
group by 1
having count(*) > 1 or {{ column_name }} is null
order by 2 desc, 1
{% endset %}

{% if execute and flags.WHICH in ['build', 'test'] and load_relation(model) %}
    {% set rows = run_query(query).rows %}
    {% if rows %}
        {% do exceptions.warn(
            'input ' ~ input ~ ': ' ~ rows | length ~ ' values of ' ~ column_name
            ~ ' are repeated or empty, ' ~ rows[0][0] ~ ' in ' ~ rows[0][1]
            ~ ' rows; expected one row per ' ~ column_name ~ '. Mend the table, or '
            ~ 'if each row is one of its own, number the rows: inputs: {' ~ input
            ~ ': {columns: {' ~ column_name ~ ': "row_number() over ()"}}}.'
        ) %}
    {% endif %}
{% endif %}

{{ query }}

{% endtest %}
