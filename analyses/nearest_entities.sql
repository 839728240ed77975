{#- The entities most like a given one, nearest first, with their distances in the
    scaled space. Set the three lines, `dbt compile --select nearest_entities`, and
    run what stands in target/compiled. -#}
{% set segmentation = 'purchase_behaviour' %}
{% set entity_id = '1001' %}
{% set how_many = 10 %}

{% if segmentation not in customer_segmentation.enabled_segmentations() %}
select '{{ segmentation }} is switched off' as reason
{% else %}
{% set settings = customer_segmentation.segmentation_settings(segmentation) %}
with

scaled as (
    select * from {{ ref('int_' ~ segmentation ~ '__scaled') }}
),

memberships as (
    select * from {{ ref('segment_memberships') }}
    where segmentation = '{{ segmentation }}'
),

given as (
    select * from scaled
    where entity_id = {{ customer_segmentation.string_list([entity_id]) }}
),

distances as (
    select
        scaled.entity_id,
        sqrt(
            0
            {%- for feature in settings.features or [] %}
            + power(
                scaled.{{ adapter.quote(feature) }}
                - given.{{ adapter.quote(feature) }},
                2
            )
            {%- endfor %}
        ) as distance
    from scaled
    cross join given
    where scaled.entity_id <> given.entity_id
),

final as (
    select
        distances.entity_id,
        memberships.segment_name,
        distances.distance
    from distances
    left join memberships on distances.entity_id = memberships.entity_id
)

select * from final
order by distance, entity_id
limit {{ how_many }}
{% endif %}
