{#- The one table that carries the time of the run, and grows by it. -#}
{% set started_at = run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') %}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}
with

segmentation_quality as (
    select * from {{ ref('segmentation_quality') }}
),

as_of_date as (
    select * from {{ ref('int_as_of_date') }}
),

rules_chosen as (
    select * from {{ ref('segment_rule_tradeoff') }}
    where is_chosen
),

final as (
    select
        segmentation_quality.segmentation,
        cast('{{ started_at }}' as timestamp) as fitted_at,
        as_of_date.as_of_date,
        segmentation_quality.entity_count,
        segmentation_quality.k,
        segmentation_quality.inertia,
        segmentation_quality.silhouette,
        segmentation_quality.proposed_price,
        segmentation_quality.proposed_fidelity,
        rules_chosen.held_out_fidelity,
        segmentation_quality.proposed_rules_hash as rules_hash,
        segmentation_quality.rules_hash as active_rules_hash,
        segmentation_quality.rule_source,
        segmentation_quality.proposed_rules_hash
        = segmentation_quality.rules_hash as is_active
    from segmentation_quality
    cross join as_of_date
    left join rules_chosen
        on segmentation_quality.segmentation = rules_chosen.segmentation
    where segmentation_quality.k is not null
)

select * from final
order by segmentation
