{#- The edges stand once, in the seed bucket_edges: each family in it becomes a CASE
    here, and a column. -#}
{% set families = customer_segmentation.bucket_families(
    ref('int_bucket_edges')
) %}
{% do customer_segmentation.validate_bucket_features(
    families, ref('int_customer_bucket_features')
) %}
-- noqa: disable=LT02
-- expressions are printed here, on lines of their own
with

valued as (
    select * from {{ ref('int_customer_bucket_features') }}
),

final as (
    select
        customer_id,
        {%- for family in families %}
        {{ customer_segmentation.bucket_case(
            family, 'bucket'
        ) | indent(8) }}
            as {{ family.name }}_bucket,
        {{ customer_segmentation.bucket_case(
            family, 'bucket_order'
        ) | indent(8) }}
            as {{ family.name }}_bucket_order{{ ',' if not loop.last }}
        {%- endfor %}
    from valued
)

select * from final
