{#- Which values of an input do not convert: they would be NULL, and their rows stay.
    Returns how many rows have a value, by column, where any has. -#}
{% macro _check_input_values(name, map) %}
    {% set staged = '(' ~ customer_segmentation.staging_sql(
        name,
        customer_segmentation.input_relation(name),
        dict(map.columns, **map.features)
    ) ~ ') as staged' %}
    {% set readable = {} %}
    {% for row in run_query(
        customer_segmentation.unreadable_values(name, staged)
    ).rows %}
        {% if row[2] %}
            {% do readable.update({row[0]: row[2] | int}) %}
        {% endif %}
        {% if row[3] %}
            {% do print('  Careful: ' ~ customer_segmentation.unreadable_message(
                name, row
            )) %}
        {% endif %}
    {% endfor %}
    {{ return(readable) }}
{% endmacro %}
