{#- Half-open buckets of each family cover every number of one feature once: the first
    is open below, the last above, and each begins where the one before ends. -#}
{% test edges_are_complete(model, family, feature, lower_edge, upper_edge) %}

with

ordered as (
    select
        {{ family }} as family,
        min({{ feature }}) over (partition by {{ family }}) as first_feature,
        max({{ feature }}) over (partition by {{ family }}) as last_feature,
        {{ lower_edge }} as lower_edge,
        {{ upper_edge }} as upper_edge,
        row_number() over edges as place,
        lag({{ upper_edge }}) over edges as previous_upper_edge,
        lead({{ lower_edge }}) over edges as next_lower_edge,
        count(*) over (partition by {{ family }}) as bucket_count
    from {{ model }}
    window edges as (
        partition by {{ family }}
        order by case when {{ lower_edge }} is null then 0 else 1 end, {{ lower_edge }}
    )
)

select *
from ordered
where
    (place = 1) <> (lower_edge is null)
    or (place = bucket_count) <> (upper_edge is null)
    or (place > 1 and (
        previous_upper_edge is null or previous_upper_edge <> lower_edge
    ))
    or lower_edge >= upper_edge
    or first_feature <> last_feature

{% endtest %}
