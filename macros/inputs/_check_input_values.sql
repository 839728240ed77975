{#- Which values of an input do not convert: they would be NULL, and their rows stay.
    Returns the columns that have a value. -#}
{% macro _check_input_values(name, map) %}
    {% set staged = '(' ~ customer_segmentation.staging_sql(
        name,
        customer_segmentation.input_relation(name),
        dict(map.columns, **map.features)
    ) ~ ') as staged' %}
    {% set readable = [] %}
    {% for row in run_query(
        customer_segmentation.unreadable_values(name, staged)
    ).rows %}
        {% if row[2] %}
            {% do readable.append(row[0]) %}
        {% endif %}
        {% if row[3] %}
            {% do print('  Careful: ' ~ customer_segmentation.unreadable_message(
                name, row
            )) %}
        {% endif %}
    {% endfor %}
    {{ return(readable) }}
{% endmacro %}
