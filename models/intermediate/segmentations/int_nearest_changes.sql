{#- Each segmentation printed from its rules in force. -#}
{% set parts = customer_segmentation.segmentation_parts(
    ['rules', 'features', 'scaled', 'scaling', 'segments']
) %}
{% set columns = 'entity_id, nearest_change_feature, nearest_change_value, '
    ~ 'nearest_change_sentence, nearest_change_segment_id, '
    ~ 'nearest_change_distance' %}
with

final as (
    {%- for part in parts if execute %}
    select
        '{{ part.name }}' as segmentation,
        {{ columns }}
    from (
        {{ customer_segmentation.nearest_changes(
            customer_segmentation.active_rules(part.name, part.rules).rules,
            part.settings,
            part.features,
            part.scaled,
            part.scaling,
            part.segments
        ) | indent(8) }}
    ) as {{ part.name }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ customer_segmentation._no_segmentation(columns) | indent(4) }}
    {%- endfor %}
)

select * from final
