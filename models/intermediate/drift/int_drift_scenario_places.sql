{% set names = customer_segmentation.history_segmentations() %}
with
{% for name in names %}
{{ name }} as (
    {{ customer_segmentation.scenario_places(name) | indent(4) }}
),
{% endfor %}
final as (
    {%- for name in names %}
    select * from {{ name }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as segmentation,
        cast(null as {{ dbt.type_bigint() }}) as scenario_id,
        cast(null as {{ dbt.type_string() }}) as entity_id,
        cast(null as {{ dbt.type_bigint() }}) as segment_id,
        cast(null as {{ dbt.type_boolean() }}) as agrees_with_cluster,
        cast(null as {{ customer_segmentation.column_type('double') }})
            as distance_to_centroid,
        cast(null as {{ dbt.type_string() }}) as rules_hash
    where 1 = 0
    {%- endfor %}
)

select * from final
