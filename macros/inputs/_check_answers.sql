{#- Which questions of a survey are answered on its scale. Returns how many respondents
    answered, by question. -#}
{% macro _check_answers(map) %}
    {% set staged = customer_segmentation.staging_sql(
        'survey_responses',
        customer_segmentation.input_relation('survey_responses'),
        map.columns
    ) %}
    {% set answers = {} %}
    {% set told = [] %}
    {% for row in run_query(
        'select question_id, count(distinct respondent_id) from (' ~ staged
        ~ ') as staged where rating between 1 and 7 and question_id is not null '
        ~ 'group by 1 order by 1'
    ).rows %}
        {% do answers.update({row[0]: row[1] | int}) %}
        {% do told.append(row[0] ~ ' ' ~ '{:,}'.format(row[1] | int)) %}
    {% endfor %}
    {% do print('  Respondents with an answer from 1 to 7, by question: ' ~ (
        told[:20] | join(', ') or 'none'
    ) ~ (', and ' ~ (told | length - 20) ~ ' more' if told | length > 20 else '')) %}
    {{ return(answers) }}
{% endmacro %}
