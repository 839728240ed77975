{#- Where approved rules are in force: what the freshly fitted ones would say. -#}
{% set parts = customer_segmentation.segmentation_parts(
    ['features', 'rules']
) %}
with

final as (
    {%- for part in parts if execute %}
    {%- if customer_segmentation.approved_rules(part.name) is not none %}
    select
        '{{ part.name }}' as segmentation,
        placed.*
    from (
        {{ customer_segmentation.placed_by_rules(
            part.name,
            customer_segmentation.proposed_rules(part.name, part.rules),
            part.features
        ) | indent(8) }}
    ) as placed
    union all
    {%- endif %}
    {%- endfor %}
    {{ customer_segmentation._no_segmentation(
        'entity_id, segment_id, rule_id'
    ) | indent(4) }}
)

select * from final
