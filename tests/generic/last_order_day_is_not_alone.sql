{#- A lone last day far behind the others is more often a typing error than an order:
    it would move the as-of date and with it every recency. dbt's own warning only
    counts rows, so the days and the remedy are said here. -#}
{% test last_order_day_is_not_alone(model, maximum_days=31) %}
{% set query %}
select
    last_order_date,
    previous_order_date,
    'set var max_order_date to leave it out' as remedy
from {{ model }}
where {{ dbt.datediff('previous_order_date', 'last_order_date', 'day') }} > {{ maximum_days }}
{% endset %}

{% if execute and flags.WHICH in ['build', 'test'] and load_relation(model) %}
    {% for row in run_query(query).rows %}
        {% do exceptions.warn(
            'input order_lines: the last order day is ' ~ row[0]
            ~ ', the one before it ' ~ row[1] ~ '; expected at most '
            ~ maximum_days ~ ' days between them. If the last is a mistake, leave '
            ~ 'it out by var max_order_date: "' ~ row[1] ~ '" (quoted).'
        ) %}
    {% endfor %}
{% endif %}

{{ query }}

{% endtest %}
