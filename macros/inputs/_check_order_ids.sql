{#- Whether ids of orders are used again. `checked` is a select of checked lines. -#}
{% macro _check_order_ids(checked) %}
    {% set found = run_query(
        'select count(*), min(order_id) from (select order_id, customer_id, '
        ~ 'min(cast(ordered_at as date)) as first_day, '
        ~ 'max(cast(ordered_at as date)) as last_day from ' ~ checked
        ~ ' as checked where rejection_reason is null group by 1, 2) as orders where '
        ~ dbt.datediff('first_day', 'last_day', 'day') ~ ' > 31'
    ).rows[0] %}
    {% if found[0] %}
        {% do print('  Careful: orders with lines more than a month apart: '
            ~ '{:,}'.format(found[0] | int) ~ ", for example '" ~ found[1] ~ "'. An "
            ~ 'order counts on the day of its first line; where ids are used again, '
            ~ 'map order_id by SQL that adds the day.') %}
    {% endif %}
{% endmacro %}
