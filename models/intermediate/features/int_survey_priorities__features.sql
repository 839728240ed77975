{#- Answers turned from long to wide, a column per question that the setting
    `features` names. A reversed question (polarity below 0) is turned round, so
    that a high number always says that the matter is important. -#}
{% set settings = customer_segmentation.segmentation_settings('survey_priorities') %}
{% set questions = settings.features if execute else [] %}
{% set low, high = settings.scale if execute else [1, 7] %}
{% set double = customer_segmentation.column_type('double') %}
with

{% if customer_segmentation.has_feature_sample() -%}
final as (
    {{ customer_segmentation.sampled_features(
        'survey_priorities', questions
    ) | indent(4) }}
)
{%- else -%}
responses as (
    select * from {{ ref('stg_inputs__survey_responses') }}
),

questions as (
    select * from {{ ref('stg_inputs__survey_questions') }}
),

-- an answer off the scale is not used
oriented as (
    select
        responses.respondent_id,
        responses.question_id,
        case
            when responses.rating not between {{ low }} and {{ high }} then null
            when questions.polarity < 0
                then {{ low }} + {{ high }} - responses.rating
            else responses.rating
        end as importance
    from responses
    left join questions on responses.question_id = questions.question_id
),

final as (
    select
        {%- for question in questions %}
        {%- set literal = customer_segmentation.string_list([question]) %}
        cast(max(case
            when question_id = {{ literal }} then importance
        end) as {{ double }}) as {{ adapter.quote(question) }},
        {%- endfor %}
        respondent_id as entity_id
    from oriented
    where respondent_id is not null
    group by {{ questions | length + 1 }}
)
{%- endif %}

select * from final
