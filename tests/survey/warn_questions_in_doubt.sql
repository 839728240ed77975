-- Without a polarity a high answer is taken for great importance, and a question that
-- is turned round on a scale longer than the survey's gets other answers than it has.
-- Without the input survey_questions nobody doubts that all questions ask alike.
{{ config(
    severity='warn',
    enabled='survey_priorities' in customer_segmentation.enabled_segmentations()
) }}
{% set name = 'survey_priorities' %}
{% set settings = customer_segmentation.segmentation_settings(name) %}
{% set responses = ref('stg_inputs__survey_responses') %}
{% set questions = ref('stg_inputs__survey_questions') %}
{% set is_built = execute and load_relation(responses) is not none
    and load_relation(questions) is not none
    and not customer_segmentation.absent_inputs(['survey_questions']) %}
{% set query = customer_segmentation.question_faults(
    responses, questions, settings
) if is_built %}
{% if is_built and flags.WHICH in ['build', 'test'] %}
    {% for message in customer_segmentation.question_messages(
        run_query(query).rows, settings
    ) %}
        {% do exceptions.warn('input survey_questions: ' ~ message) %}
    {% endfor %}
{% endif %}

{{ query if is_built else 'select 1 as question_id where 1 = 0' }}
