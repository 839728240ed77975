{% set names = customer_segmentation.history_segmentations() %}
{% set double = customer_segmentation.column_type('double') %}
with
{% for name in names %}
{{ name }} as (
    {{ customer_segmentation.sampled_by_period(
        name, ref('int_' ~ name ~ '__period_features')
    ) | indent(4) }}
),
{% endfor %}
final as (
    {%- for name in names %}
    {%- for feature in customer_segmentation.segmentation_settings(name)
        .get('features', []) %}
    select
        '{{ name }}' as segmentation,
        'feature' as check_kind,
        {{ dbt.string_literal(dbt.escape_single_quotes(feature)) }}
            as check_name,
        as_of_date,
        entity_id,
        cast({{ adapter.quote(feature) }} as {{ double }}) as measured_value
    from {{ name }}
    where {{ adapter.quote(feature) }} is not null
    union all
    {%- endfor %}
    select
        '{{ name }}' as segmentation,
        'distance' as check_kind,
        'distance_to_centroid' as check_name,
        as_of_date,
        entity_id,
        distance_to_centroid as measured_value
    from {{ ref('int_' ~ name ~ '__period_clusters') }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as segmentation,
        cast(null as {{ dbt.type_string() }}) as check_kind,
        cast(null as {{ dbt.type_string() }}) as check_name,
        cast(null as date) as as_of_date,
        cast(null as {{ dbt.type_string() }}) as entity_id,
        cast(null as {{ double }}) as measured_value
    where 1 = 0
    {%- endfor %}
)

select * from final
