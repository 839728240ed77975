{#- The yardstick of every profile: each feature over all complete rows. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set text = dbt.type_string() %}
{% set parts = customer_segmentation.segmentation_parts(
    ['features', 'scaled']
) %}
with
{% for part in parts %}
{{ part.name }} as (
    select
        {%- for feature in part.settings.features %}
        {%- set value = 'cast(features.' ~ adapter.quote(feature)
            ~ ' as ' ~ double ~ ')' %}
        {%- set scaled = 'scaled.' ~ adapter.quote(feature) %}
        {{ customer_segmentation.exact_sum(value) }}
            as feature_sum_{{ loop.index }},
        percentile_cont(0.5) within group (order by {{ value }})
            as population_median_{{ loop.index }},
        {{ customer_segmentation.exact_sum(scaled) }}
            as scaled_sum_{{ loop.index }},
        {{ customer_segmentation.exact_sum('power(' ~ scaled ~ ', 2)') }}
            as scaled_sum_of_squares_{{ loop.index }},
        {%- endfor %}
        count(*) as entity_count
    from {{ part.features }} as features
    inner join {{ part.scaled }} as scaled
        on features.entity_id = scaled.entity_id
),
{% endfor %}
populations as (
    {%- for part in parts %}
    {%- for feature in part.settings.features %}
    select
        '{{ part.name }}' as segmentation,
        {{ dbt.string_literal(dbt.escape_single_quotes(feature)) }} as feature,
        entity_count,
        feature_sum_{{ loop.index }} as feature_sum,
        population_median_{{ loop.index }} as population_median,
        scaled_sum_{{ loop.index }} as scaled_sum,
        scaled_sum_of_squares_{{ loop.index }} as scaled_sum_of_squares
    from {{ part.name }}
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as {{ text }}) as segmentation,
        cast(null as {{ text }}) as feature,
        cast(0 as {{ dbt.type_bigint() }}) as entity_count,
        cast(null as {{ double }}) as feature_sum,
        cast(null as {{ double }}) as population_median,
        cast(null as {{ double }}) as scaled_sum,
        cast(null as {{ double }}) as scaled_sum_of_squares
),

final as (
    select
        segmentation,
        feature,
        entity_count,
        feature_sum / entity_count as population_mean,
        population_median,
        scaled_sum / entity_count as scaled_mean,
        sqrt(greatest(
            scaled_sum_of_squares / entity_count
            - power(scaled_sum / entity_count, 2),
            0
        )) as scaled_standard_deviation
    from populations
    where entity_count > 0
)

select * from final
