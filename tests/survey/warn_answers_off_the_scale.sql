-- Answers outside the setting `scale` are not used, and who gave one to a feature is
-- Unclassified: on a survey answered from 0 to 10 that is almost everybody.
{{ config(
    severity='warn',
    enabled='survey_priorities' in customer_segmentation.enabled_segmentations()
) }}
{% set name = 'survey_priorities' %}
{% set settings = customer_segmentation.segmentation_settings(name) %}
{% set responses = ref('stg_inputs__survey_responses') %}
{% set is_built = execute and load_relation(responses) is not none %}
{% set query = customer_segmentation.outside_answers(
    responses, settings
) if is_built %}
{% if is_built and flags.WHICH in ['build', 'test'] %}
    {% for row in run_query(query ~ ' order by question_id').rows %}
        {% do exceptions.warn(
            'input survey_responses: '
            ~ customer_segmentation.outside_message(row, settings)
        ) %}
    {% endfor %}
{% endif %}

{{ query if is_built else 'select 1 as outside_count where 1 = 0' }}
