{% set double = customer_segmentation.column_type('double') %}
{% set text = dbt.type_string() %}
{% set parts = customer_segmentation.segmentation_parts(
    ['features', 'scaled', 'segments']
) %}
with

centroids as (
    select * from {{ ref('int_segment_centroids') }}
    where is_in_force
),

feature_populations as (
    select * from {{ ref('int_feature_populations') }}
),

segments as (
    select * from {{ ref('segments') }}
),

{%- for part in parts %}
{{ part.name }} as (
    select
        {%- for feature in part.settings.features %}
        {%- set value = 'cast(features.' ~ adapter.quote(feature)
            ~ ' as ' ~ double ~ ')' %}
        {%- set scaled = 'scaled.' ~ adapter.quote(feature) %}
        {{ customer_segmentation.exact_sum(value) }}
        / count(features.{{ adapter.quote(feature) }}) as mean_{{ loop.index }},
        percentile_cont(0.5) within group (order by {{ value }})
            as median_{{ loop.index }},
        {{ customer_segmentation.exact_sum(scaled) }} / count({{ scaled }})
            as scaled_mean_{{ loop.index }},
        {%- endfor %}
        segments.segment_id
    from {{ part.segments }} as segments
    inner join {{ part.features }} as features
        on segments.entity_id = features.entity_id
    left join {{ part.scaled }} as scaled
        on segments.entity_id = scaled.entity_id
    group by {{ 3 * part.settings.features | length + 1 }}
),
{% endfor %}
profiled as (
    {%- for part in parts %}
    {%- for feature in part.settings.features %}
    select
        '{{ part.name }}' as segmentation,
        segment_id,
        {{ dbt.string_literal(dbt.escape_single_quotes(feature)) }} as feature,
        mean_{{ loop.index }} as mean,
        median_{{ loop.index }} as median,
        scaled_mean_{{ loop.index }} as scaled_mean
    from {{ part.name }}
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as {{ text }}) as segmentation,
        cast(null as {{ dbt.type_bigint() }}) as segment_id,
        cast(null as {{ text }}) as feature,
        cast(null as {{ double }}) as mean,
        cast(null as {{ double }}) as median,
        cast(null as {{ double }}) as scaled_mean
),

final as (
    select
        segments.segmentation,
        segments.segment_id,
        segments.segment_name,
        feature_populations.feature,
        centroids.centroid,
        centroids.centroid_scaled,
        profiled.mean,
        profiled.median,
        feature_populations.population_mean,
        feature_populations.population_median,
        (profiled.scaled_mean - feature_populations.scaled_mean)
        / nullif(feature_populations.scaled_standard_deviation, 0)
            as z_difference
    from segments
    inner join feature_populations
        on segments.segmentation = feature_populations.segmentation
    left join centroids
        on
            segments.segmentation = centroids.segmentation
            and segments.segment_id = centroids.segment_id
            and feature_populations.feature = centroids.feature
    left join profiled
        on
            segments.segmentation = profiled.segmentation
            and segments.segment_id = profiled.segment_id
            and feature_populations.feature = profiled.feature
)

select * from final
order by segmentation, segment_id, feature
