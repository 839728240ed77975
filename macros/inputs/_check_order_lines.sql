{#- What the cleaning policy will accept and reject, and the as-of date: the same
    SQL as in the build, over the input where it is. Returns how many customers
    have an accepted order. -#}
{% macro _check_order_lines(map) %}
    {% set staged %}
        ({{ customer_segmentation.staging_sql(
            'order_lines', customer_segmentation.input_relation('order_lines'), map
        ) }})
    {% endset %}
    {% set screened %}
        ({{ customer_segmentation.screened_order_lines(staged) }})
    {% endset %}
    {% set order_days %}
        (
            select cast(ordered_at as date) as order_date
            from {{ screened }} as screened
            where line_reason is null
        )
    {% endset %}
    {% set as_of_date %}
        ({{ customer_segmentation.as_of_date_sql(order_days) }})
    {% endset %}
    {% set days = run_query(
        'select * from ' ~ as_of_date ~ ' as as_of_date'
    ).rows[0] %}
    {% set checked %}
        ({{ customer_segmentation.checked_order_lines(screened, as_of_date) }})
    {% endset %}
    {% set audit = run_query(
        'select rejection_reason, count(*), count(distinct customer_id), sum(sales), '
        ~ 'min(' ~ customer_segmentation.rejection_detail() ~ ') '
        ~ 'from ' ~ checked ~ ' as checked group by 1 order by 2 desc, 1'
    ) %}
    {% set accepted = audit.rows | selectattr(0, 'none') | list %}
    {% do print('\nOrder lines by the cleaning policy (var cleaning):') %}
    {% for row in audit.rows %}
        {% do print('  ' ~ (row[0] or 'accepted') ~ ': ' ~ '{:,}'.format(row[1] | int)
            ~ ' lines, ' ~ '{:,}'.format(row[2] | int) ~ ' customers, sales '
            ~ '{:,.2f}'.format(row[3] | float if row[3] is not none else 0.0)) %}
        {% if row[0] and (row[0].startswith('invalid_') or not accepted) %}
            {% do print('    for example ' ~ row[4]) %}
        {% endif %}
    {% else %}
        {% do print('  no order lines') %}
    {% endfor %}
    {% if audit.rows and not accepted %}
        {% do print('No order line is accepted, so there is nothing to segment: mend '
            ~ 'the input or the map as said above.') %}
    {% elif days.as_of_date is none %}
        {% do print('As-of date: no order line; set var as_of_date: "2011-12-01".') %}
    {% else %}
        {% do print('As-of date: ' ~ days.as_of_date
            ~ (' (var as_of_date)' if var('as_of_date') is not none
               else ', the day after the last accepted order line')) %}
    {% endif %}
    {% if days.last_order_date is not none and days.previous_order_date is not none
        and (days.last_order_date - days.previous_order_date).days > 31 %}
        {% do print('  Careful: the last order day ' ~ days.last_order_date
            ~ ' is alone, the one before is ' ~ days.previous_order_date
            ~ '. If it is a mistake, set var max_order_date.') %}
    {% endif %}
    {% do customer_segmentation._check_order_ids(checked) %}
    {{ return(accepted[0][2] | int if accepted else 0) }}
{% endmacro %}
