{#- Whether the customers of another input have orders: ids that one table has cut,
    padded or prefixed are in both and match nothing. -#}
{% macro _check_customer_ids(name, maps) %}
    {% set ids = {} %}
    {% for input in [name, 'order_lines'] %}
        {% set map = dict(maps[input].columns, **maps[input].features) %}
        {% do ids.update({input:
            '(select distinct customer_id from ('
            ~ customer_segmentation.staging_sql(
                input, customer_segmentation.input_relation(input), map
            ) ~ ') as staged where customer_id is not null)'
        }) %}
    {% endfor %}
    {% set found = run_query(
        'select count(others.customer_id), count(orders.customer_id), '
        ~ 'min(others.customer_id) from ' ~ ids[name] ~ ' as others '
        ~ 'left join ' ~ ids.order_lines ~ ' as orders '
        ~ 'on others.customer_id = orders.customer_id'
    ).rows[0] %}
    {% do print(name | capitalize ~ ': ' ~ '{:,}'.format(found[1] | int) ~ ' of '
        ~ '{:,}'.format(found[0] | int)
        ~ (' customers' if name != 'customers') ~ ' have an order line') %}
    {% if found[0] and not found[1] %}
        {% set buyer = run_query(
            'select min(customer_id) from ' ~ ids.order_lines ~ ' as orders'
        ).rows[0][0] %}
        {% do print("  Careful: no customer_id is in both; it is '" ~ found[2]
            ~ "' in " ~ name ~ " and '" ~ buyer ~ "' in order_lines. Map it by SQL.") %}
    {% endif %}
{% endmacro %}
