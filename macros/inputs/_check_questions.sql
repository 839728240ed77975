{#- Which features of a survey are in doubt: whether a high answer means great importance
    or little. -#}
{% macro _check_questions(maps, incomplete) %}
    {% set staged = {} %}
    {% for name in ['survey_responses', 'survey_questions'] %}
        {% set map = maps.get(name, {}) %}
        {% do staged.update({name: '(' ~ customer_segmentation.staging_sql(
            name,
            customer_segmentation.input_relation(name)
                if name in maps and name not in incomplete else none,
            map.get('columns', {})
        ) ~ ') as staged'}) %}
    {% endfor %}
    {% set settings = customer_segmentation.segmentation_settings('survey_priorities') %}
    {% for message in customer_segmentation.question_messages(
        run_query(customer_segmentation.question_faults(
            staged.survey_responses, staged.survey_questions, settings
        )).rows,
        settings
    ) %}
        {% do print('  Careful: ' ~ message) %}
    {% endfor %}
{% endmacro %}
