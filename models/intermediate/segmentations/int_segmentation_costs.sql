{#- Sums of squares in the scaled space: of the clusters around the centroids, and
    of the rules' segments around their own centres (Dasgupta et al. 2020). -#}
{% set double = customer_segmentation.column_type('double') %}
{% set parts = customer_segmentation.segmentation_parts(
    ['scaled', 'clusters', 'segments']
) %}
with
{% for part in parts if part.settings.features %}
placed_{{ loop.index }} as (
    select
        scaled.*,
        clusters.distance_to_centroid,
        segments.segment_id
    from {{ part.scaled }} as scaled
    inner join {{ part.clusters }} as clusters
        on scaled.entity_id = clusters.entity_id
    inner join {{ part.segments }} as segments
        on scaled.entity_id = segments.entity_id
    where clusters.cluster_id > 0
),

centres_{{ loop.index }} as (
    select
        segment_id,
        {%- set means = [] %}
        {%- for feature in part.settings.features %}
            {%- do means.append(
                customer_segmentation.exact_sum(adapter.quote(feature))
                ~ ' / count(*) as ' ~ adapter.quote(feature)
            ) %}
        {%- endfor %}
        {{ means | join(',\n        ') }}
    from placed_{{ loop.index }}
    group by 1
),

costs_{{ loop.index }} as (
    {%- set index = loop.index %}
    select
        '{{ part.name }}' as segmentation,
        {{ customer_segmentation.exact_sum(
            'power(placed_' ~ index ~ '.distance_to_centroid, 2)'
        ) }} as inertia,
        {%- set squares = [] %}
        {%- for feature in part.settings.features %}
            {%- do squares.append(
                'power(placed_' ~ index ~ '.' ~ adapter.quote(feature)
                ~ ' - centres_' ~ index ~ '.' ~ adapter.quote(feature) ~ ', 2)'
            ) %}
        {%- endfor %}
        {{ customer_segmentation.exact_sum(squares | join(' + ')) }}
            as segment_cost
    from placed_{{ loop.index }}
    inner join centres_{{ loop.index }}
        on placed_{{ index }}.segment_id = centres_{{ index }}.segment_id
    having count(*) > 0
),
{% endfor %}
final as (
    {%- for part in parts if part.settings.features %}
    select * from costs_{{ loop.index }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as segmentation,
        cast(null as {{ double }}) as inertia,
        cast(null as {{ double }}) as segment_cost
    where 1 = 0
    {%- endfor %}
)

select * from final
