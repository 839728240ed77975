{#- Each combination of three scores from 1 to 5 comes exactly once, with the code that
    they make and a label. -#}
{% test scores_are_complete(model, code, scores, label) %}

with

scores as (
    {%- for score in range(1, 6) %}
    select {{ score }} as score
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

combinations as (
    select
        first_scores.score as first_score,
        second_scores.score as second_score,
        third_scores.score as third_score
    from scores as first_scores
    cross join scores as second_scores
    cross join scores as third_scores
),

named as (
    select
        {{ scores[0] }} as first_score,
        {{ scores[1] }} as second_score,
        {{ scores[2] }} as third_score,
        count(*) as row_count,
        count({{ label }}) as label_count,
        min({{ code }}) as lowest_code,
        max({{ code }}) as highest_code
    from {{ model }}
    group by 1, 2, 3
),

compared as (
    select
        named.row_count,
        named.label_count,
        named.lowest_code,
        named.highest_code,
        cast(
            100 * combinations.first_score
            + 10 * combinations.second_score
            + combinations.third_score as {{ dbt.type_string() }}
        ) as code
    from combinations
    full outer join named
        on
            combinations.first_score = named.first_score
            and combinations.second_score = named.second_score
            and combinations.third_score = named.third_score
)

select *
from compared
where
    {{ not customer_segmentation.is_empty_run() }}
    and (
        coalesce(row_count, 0) <> 1
        or label_count <> 1
        or code is null
        or lowest_code is null
        or lowest_code <> code
        or highest_code <> code
    )

{% endtest %}
