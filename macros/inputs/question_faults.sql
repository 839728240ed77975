{#- The features of a survey of which it is in doubt which way a high answer counts: no
    polarity says it, or they are turned round on a scale that ends above every answer.
    Both relations are staged rows. -#}
{% macro question_faults(responses, questions, settings) -%}
with

answers as (
    {{ customer_segmentation.answers_by_question(responses, settings) | indent(4) }}
),

used as (
    select
        question_id,
        min(lowest) over () as lowest_answer,
        max(highest) over () as highest_answer
    from answers
    where question_id in ({{ customer_segmentation.string_list(settings.features) }})
),

questions as (
    select
        question_id,
        min(polarity) as polarity
    from {{ questions }}
    group by 1
),

judged as (
    select
        used.question_id,
        case
            when questions.question_id is null
                then 'not in input survey_questions'
            when questions.polarity is null
                then 'no polarity in input survey_questions'
            when questions.polarity = 0
                then 'polarity 0 in input survey_questions'
            when
                questions.polarity < 0
                and used.lowest_answer >= {{ settings.scale[0] }}
                and used.highest_answer < {{ settings.scale[1] }}
                then 'turned round on too long a scale'
        end as fault,
        used.lowest_answer,
        used.highest_answer
    from used
    left join questions on used.question_id = questions.question_id
)

select * from judged
where fault is not null
{%- endmacro %}
