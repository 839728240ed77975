{{ config(materialized='view') }}
{% set double = customer_segmentation.column_type('double') %}
with

scenarios as (
    select * from {{ ref('int_drift_scenarios') }}
),

reference_entities as (
    select * from {{ ref('int_drift_scenario_entities') }}
),

measures as (
    select * from {{ ref('int_drift_measures') }}
),

edges as (
    select * from {{ ref('int_drift_edges') }}
),

reference_measures as (
    select
        scenarios.scenario_id,
        measures.check_kind,
        measures.check_name,
        measures.entity_id,
        measures.measured_value,
        false as is_current
    from measures
    inner join scenarios
        on
            measures.segmentation = scenarios.segmentation
            and measures.as_of_date = scenarios.reference_as_of_date
    inner join reference_entities
        on
            scenarios.scenario_id = reference_entities.scenario_id
            and measures.entity_id = reference_entities.entity_id
),

current_measures as (
    {%- for name in customer_segmentation.history_segmentations() %}
    {%- set features = ref('int_' ~ name ~ '__scenario_features') %}
    {%- for feature in customer_segmentation.segmentation_settings(name)
        .get('features', []) %}
    select
        scenario_id,
        'feature' as check_kind,
        {{ dbt.string_literal(dbt.escape_single_quotes(feature)) }}
            as check_name,
        entity_id,
        cast({{ adapter.quote(feature) }} as {{ double }}) as measured_value,
        true as is_current
    from {{ features }}
    where {{ adapter.quote(feature) }} is not null
    union all
    {%- endfor %}
    {%- endfor %}
    select
        scenario_id,
        'distance' as check_kind,
        'distance_to_centroid' as check_name,
        entity_id,
        distance_to_centroid as measured_value,
        true as is_current
    from {{ ref('int_drift_scenario_places') }}
    where distance_to_centroid is not null
),

both_measures as (
    select * from reference_measures
    union all
    select * from current_measures
),

final as (
    select
        both_measures.*,
        {%- for tenth in range(1, 10) %}
        edges.edge_{{ tenth }},
        {%- endfor %}
        edges.far_edge
    from both_measures
    inner join scenarios
        on both_measures.scenario_id = scenarios.scenario_id
    inner join edges
        on
            scenarios.segmentation = edges.segmentation
            and both_measures.check_kind = edges.check_kind
            and both_measures.check_name = edges.check_name
            and scenarios.reference_as_of_date = edges.as_of_date
)

select * from final
