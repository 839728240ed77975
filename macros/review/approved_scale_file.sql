{#- The text of the file with the scale on which approved centroids lie. People review
    the rules; this is for engines without Python, which could not learn it. -#}
{% macro approved_scale_file(name) %}
    {% set table = run_query(
        'select feature, scaling, point, cast(value as varchar), '
        ~ 'cast(scaled_value as varchar), cast(mean as varchar), '
        ~ 'cast(standard_deviation as varchar) from '
        ~ ref('int_' ~ name ~ '__scaling') ~ ' order by feature, point'
    ) %}
    {% set lines = [
        '-- ' ~ customer_segmentation.approved_scale_mark(
            name, customer_segmentation.centroid_lines(name) | join('\n')
        ),
        'values',
    ] %}
    {% for row in table.rows %}
        {% set values = [
            customer_segmentation.sql_text(row[0]),
            customer_segmentation.sql_text(row[1]),
            row[2] | int,
        ] %}
        {% for number in row.values()[3:] %}
            {% do values.append(customer_segmentation.exponent_number(number)) %}
        {% endfor %}
        {% do lines.append(
            '(' ~ values | join(', ') ~ ')' ~ (',' if not loop.last else '')
        ) %}
    {% endfor %}
    {{ return(
        '{' ~ '# The scale of the centroids in '
        ~ customer_segmentation.approved_place('approved_rules', name)
        ~ ': written with them by\n   approve_rules, read where Python does not '
        ~ 'run. Nobody needs to review it. #}\n'
        ~ customer_segmentation.raw_macro('approved_scale_' ~ name, lines)
    ) }}
{% endmacro %}
