{#- What a question's answers outside the scale say, in words, and the scale to paste
    that holds all answers to features. -#}
{% macro outside_message(row, settings) %}
    {% set scale = customer_segmentation.guess_scale(
        row.lowest_answer, row.highest_answer
    ) %}
    {{ return(
        'question ' ~ row.question_id ~ ': ' ~ '{:,}'.format(row.outside_count | int)
        ~ ' of ' ~ '{:,}'.format(row.answer_count | int)
        ~ ' answers lie outside the scale ' ~ settings.scale | join(' to ')
        ~ ' and are not used, for example '
        ~ customer_segmentation.plain_number(row.example)
        ~ '. If the survey has another scale, set segmentations: {survey_priorities: '
        ~ '{scale: ' ~ scale ~ '}}, which holds all answers; else mend these, or leave '
        ~ 'them out by a query.'
    ) }}
{% endmacro %}
