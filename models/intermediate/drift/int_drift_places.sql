{{ config(materialized='view') }}
with

final as (
    {%- for name in customer_segmentation.history_segmentations() %}
    select
        drift_sample.segmentation,
        segments.as_of_date,
        segments.entity_id,
        segments.segment_id,
        case
            when clusters.cluster_id > 0
                then segments.segment_id = clusters.cluster_id
        end as agrees_with_cluster,
        segments.rules_hash
    from {{ ref('int_' ~ name ~ '__period_segments') }} as segments
    inner join {{ ref('int_drift_sample') }} as drift_sample
        on
            drift_sample.segmentation = '{{ name }}'
            and segments.as_of_date = drift_sample.as_of_date
            and segments.entity_id = drift_sample.entity_id
    left join {{ ref('int_' ~ name ~ '__period_clusters') }} as clusters
        on
            segments.as_of_date = clusters.as_of_date
            and segments.entity_id = clusters.entity_id
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as segmentation,
        cast(null as date) as as_of_date,
        cast(null as {{ dbt.type_string() }}) as entity_id,
        cast(null as {{ dbt.type_bigint() }}) as segment_id,
        cast(null as {{ dbt.type_boolean() }}) as agrees_with_cluster,
        cast(null as {{ dbt.type_string() }}) as rules_hash
    where 1 = 0
    {%- endfor %}
)

select * from final
