{% set columns = 'grouping_kind, grouping_name, method, group_count, outcome, '
    ~ 'customer_count, variance_explained, rank_correlation' %}
{% set fitted = customer_segmentation.fit_ref('int_bucket_effectiveness') %}
with

segmentations as (
    {{ customer_segmentation.union_segmentations(
        'effectiveness', columns
    ) | indent(4) }}
),

groupings as (
    {% if fitted is none -%}
    {{ customer_segmentation._no_segmentation(columns) | indent(4) }}
    {%- else -%}
    select * from {{ fitted }}
    {%- endif %}
),

final as (
    select {{ columns }}
    from segmentations
    union all
    select {{ columns }}
    from groupings
)

select * from final
order by grouping_kind, grouping_name, outcome, method
