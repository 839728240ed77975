{#- The features of a survey of which answers lie outside the scale, with an example and
    what to do. `responses` are the staged rows. -#}
{% macro outside_answers(responses, settings) -%}
with

answers as (
    {{ customer_segmentation.answers_by_question(responses, settings) | indent(4) }}
),

used as (
    select
        question_id,
        answer_count,
        outside_count,
        example,
        min(lowest) over () as lowest_answer,
        max(highest) over () as highest_answer,
        'set the scale of the survey, like segmentations: '
        || '{survey_priorities: {scale: [0, 10]}}, or mend the answers' as remedy
    from answers
    where question_id in ({{ customer_segmentation.string_list(settings.features) }})
)

select * from used
where outside_count > 0
{%- endmacro %}
