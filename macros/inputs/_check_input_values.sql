{#- Which values of an input do not convert: they would be NULL, and their rows stay;
    and which ids come twice, at which a build stops.
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
    {% set ids = {
        'survey_responses': ['respondent_id', 'question_id'],
        'survey_questions': ['question_id'],
        'complaints': ['complaint_id'],
    }.get(name, ['customer_id']) %}
    {% set repeated = run_query(
        customer_segmentation.repeated_ids(staged, ids)
    ).rows if name != 'feature_sample' else [] %}
    {% if repeated %}
        {% do print('  Careful: ' ~ customer_segmentation.repeated_ids_message(
            repeated, ids, name
        ) ~ ' dbt build stops there.') %}
    {% endif %}
    {{ return(readable) }}
{% endmacro %}
