{#- What macros/approved_rules/<segmentation>.sql says of its centroids. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set columns = 'segment_id, feature, centroid, centroid_scaled, '
    ~ 'z_difference' %}
with

approved as (
    {%- for name in customer_segmentation.enabled_segmentations() %}
    {%- set text = customer_segmentation.approved_text(
        'approved_centroids', name
    ) %}
    {%- if text is not none and text.strip() %}
    select
        '{{ name }}' as segmentation,
        {{ columns }}
    from (
        {{ text.strip() | indent(8) }}
    ) as {{ name }}
    union all
    {%- endif %}
    {%- endfor %}
    {{ customer_segmentation._no_segmentation(columns) | indent(4) }}
),

final as (
    select
        segmentation,
        cast(segment_id as {{ dbt.type_bigint() }}) as segment_id,
        feature,
        cast(centroid as {{ double }}) as centroid,
        cast(centroid_scaled as {{ double }}) as centroid_scaled,
        cast(z_difference as {{ double }}) as z_difference
    from approved
)

select * from final
