{#- The segment, the cluster and its distance of each entity of each scenario, by the
    rules in force, and the centroids that the periods are compared with. -#}
{% macro scenario_places(name) -%}
{%- set features = ref('int_' ~ name ~ '__scenario_features') -%}
{%- set scaling = customer_segmentation.period_scaling(name) -%}
{%- set centroids = customer_segmentation.centroids_ref(name, period='scenario_id') -%}
{%- set rules = customer_segmentation.fit_ref('int_' ~ name ~ '__rules') -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set settings = customer_segmentation.segmentation_settings(name) -%}
{%- set active = customer_segmentation.active_rules(name, rules) -%}
with

scenario_scaled as (
    {{ customer_segmentation.segmentation_scaled(
        features, scaling, settings, period='scenario_id'
    ) | indent(4) }}
),

clusters as (
    {{ customer_segmentation.nearest_centroid(
        name, 'scenario_scaled', centroids, none, period='scenario_id'
    ) | indent(4) }}
),

segments as (
    {{ customer_segmentation.placed_by_rules(
        name, active, features, period='scenario_id'
    ) | indent(4) }}
)

select
    '{{ name }}' as segmentation,
    segments.scenario_id,
    segments.entity_id,
    segments.segment_id,
    case
        when clusters.cluster_id > 0
            then segments.segment_id = clusters.cluster_id
    end as agrees_with_cluster,
    clusters.distance_to_centroid,
    '{{ active.hash or '' }}' as rules_hash
from segments
left join clusters
    on
        segments.scenario_id = clusters.scenario_id
        and segments.entity_id = clusters.entity_id
{%- endmacro %}
