{#- Whether the customers of the input have orders: ids that one table has cut, padded
    or prefixed are in both and match nothing. -#}
{% macro _check_customer_ids(maps) %}
    {% set ids = {} %}
    {% for name in ['customers', 'order_lines'] %}
        {% set map = dict(maps[name].columns, **maps[name].features) %}
        {% do ids.update({name:
            '(select distinct customer_id from ('
            ~ customer_segmentation.staging_sql(
                name, customer_segmentation.input_relation(name), map
            ) ~ ') as staged where customer_id is not null)'
        }) %}
    {% endfor %}
    {% set found = run_query(
        'select count(customers.customer_id), count(orders.customer_id), '
        ~ 'min(customers.customer_id) from ' ~ ids.customers ~ ' as customers '
        ~ 'left join ' ~ ids.order_lines ~ ' as orders '
        ~ 'on customers.customer_id = orders.customer_id'
    ).rows[0] %}
    {% do print('Customers: ' ~ '{:,}'.format(found[1] | int) ~ ' of '
        ~ '{:,}'.format(found[0] | int) ~ ' have an order line') %}
    {% if found[0] and not found[1] %}
        {% set buyer = run_query(
            'select min(customer_id) from ' ~ ids.order_lines ~ ' as orders'
        ).rows[0][0] %}
        {% do print("  Careful: no customer_id is in both; it is '" ~ found[2]
            ~ "' in customers and '" ~ buyer ~ "' in order_lines. Map it by SQL.") %}
    {% endif %}
{% endmacro %}
