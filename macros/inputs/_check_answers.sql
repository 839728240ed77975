{#- Which questions of a survey are answered on its scale, and by how many respondents all
    of them. Returns how many answered, by question, and how many are complete. -#}
{% macro _check_answers(map) %}
    {% set settings = customer_segmentation.segmentation_settings('survey_priorities') %}
    {% set features = settings.features %}
    {% set staged = '(' ~ customer_segmentation.staging_sql(
        'survey_responses',
        customer_segmentation.input_relation('survey_responses'),
        map.columns
    ) ~ ') as staged' %}
    {% set answers = {} %}
    {% set told = [] %}
    {% set unused = [] %}
    {% for row in run_query(
        customer_segmentation.answers_by_question(staged, settings) ~ ' order by 1'
    ).rows %}
        {% do answers.update({row.question_id: row.respondent_count | int}) %}
        {% do told.append(
            row.question_id ~ ' ' ~ '{:,}'.format(row.respondent_count | int)
        ) %}
        {% if row.question_id not in features %}
            {% do unused.append(row.question_id) %}
        {% endif %}
    {% endfor %}
    {% do print(
        '  Respondents with an answer from ' ~ settings.scale | join(' to ')
        ~ ', by question: ' ~ (told[:20] | join(', ') or 'none')
        ~ (', and ' ~ (told | length - 20) ~ ' more' if told | length > 20 else '')
    ) %}
    {% if unused %}
        {% do print(
            '  Questions that no feature of survey_priorities names: '
            ~ unused[:20] | join(', ')
            ~ (', and ' ~ (unused | length - 20) ~ ' more' if unused | length > 20 else '')
        ) %}
    {% endif %}
    {% for row in run_query(
        customer_segmentation.outside_answers(staged, settings) ~ ' order by question_id'
    ).rows %}
        {% do print('  Careful: ' ~ customer_segmentation.outside_message(
            row, settings
        )) %}
    {% endfor %}
    {% set counts = run_query(
        'select count(*), count(case when answered = ' ~ features | length
        ~ ' then 1 end) from (select respondent_id, count(distinct case when '
        ~ 'question_id in (' ~ customer_segmentation.string_list(features)
        ~ ') and rating between ' ~ settings.scale | join(' and ')
        ~ ' then question_id end) as answered from ' ~ staged
        ~ ' where respondent_id is not null group by 1) as respondents'
    ).rows[0] %}
    {% do print(
        '  Complete respondents, with an answer from ' ~ settings.scale | join(' to ')
        ~ ' to each of ' ~ features | join(', ') ~ ': ' ~ '{:,}'.format(counts[1] | int)
        ~ ' of ' ~ '{:,}'.format(counts[0] | int)
    ) %}
    {{ return({'answers': answers, 'complete_count': counts[1] | int}) }}
{% endmacro %}
