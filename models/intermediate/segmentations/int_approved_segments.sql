{#- What later fits are matched to: the members of each approved segment; and numbers
    that they may not give again. -#}
{% set parts = customer_segmentation.segmentation_parts(['features']) %}
with

final as (
    {%- for part in parts if execute %}
    {%- set approved = customer_segmentation.approved_rules(part.name) %}
    {%- if approved is not none %}
    select
        '{{ part.name }}' as segmentation,
        segments.segment_id,
        placed.entity_id,
        true as is_in_force
    from (
        {%- for segment_id in approved.rules | map(attribute='segment_id')
            | unique | sort %}
        select cast({{ segment_id }} as {{ dbt.type_bigint() }}) as segment_id
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as segments
    left join (
        {{ customer_segmentation.placed_by_rules(
            part.name, approved, part.features
        ) | indent(8) }}
    ) as placed
        on segments.segment_id = placed.segment_id
    union all
    {%- for row in customer_segmentation.retired_segments(part.name) %}
    select
        '{{ part.name }}' as segmentation,
        cast({{ row.segment_id }} as {{ dbt.type_bigint() }}) as segment_id,
        cast(null as {{ dbt.type_string() }}) as entity_id,
        false as is_in_force
    union all
    {%- endfor %}
    {%- endif %}
    {%- endfor %}
    {{ customer_segmentation._no_segmentation(
        'segment_id, entity_id, is_in_force'
    ) | indent(4) }}
)

select * from final
