{#- Per question of a survey: how many respondents answered on the scale, how many answers
    lie outside with one of those, and from where to where all lie. `responses` are the
    staged rows. -#}
{% macro answers_by_question(responses, settings) -%}
{%- set on_scale = 'rating between ' ~ settings.scale | join(' and ') -%}
select
    question_id,
    count(distinct case when {{ on_scale }} then respondent_id end) as respondent_count,
    count(rating) as answer_count,
    count(case when not ({{ on_scale }}) then 1 end) as outside_count,
    max(case when not ({{ on_scale }}) then rating end) as example,
    min(rating) as lowest,
    max(rating) as highest
from {{ responses }}
where question_id is not null
group by 1
{%- endmacro %}
