{#- Every family of buckets, the region and RFM against every segmentation of
    customers. `family` is a keyword of some engines (noqa). -#}
{% set families = customer_segmentation.bucket_families(
    ref('int_bucket_edges')
) %}
{% set double = customer_segmentation.column_type('double') %}
{% set segmentations = customer_segmentation.customer_segmentations() %}
with

customer_buckets as (
    select * from {{ ref('int_customer_buckets') }}
),

customer_regions as (
    select
        customer_id,
        region,
        dense_rank() over (
            order by
                case when region = 'Unknown' then 1 else 0 end,
                {{ customer_segmentation.byte_order('region') }}
        ) as region_order
    from {{ ref('int_customer_regions') }}
),

-- the segment whose best code is best comes first
rfm_segments as (
    select
        rfm_segment,
        row_number() over (
            order by
                max(rfm_score) desc,
                {{ customer_segmentation.byte_order('rfm_segment') }} asc
        ) as rfm_segment_order
    from {{ ref('rfm_segments') }}
    group by 1
),

last_place as (
    select 1 + count(*) as rfm_segment_order from rfm_segments
),

customer_rfm as (
    select
        customer_buckets.customer_id,
        coalesce(rfm_segments.rfm_segment, 'Unknown') as rfm_segment,
        coalesce(
            rfm_segments.rfm_segment_order, last_place.rfm_segment_order
        ) as rfm_segment_order
    from customer_buckets
    cross join last_place
    left join {{ ref('int_customer_rfm') }} as scored
        on customer_buckets.customer_id = scored.customer_id
    left join rfm_segments on scored.rfm_segment = rfm_segments.rfm_segment
),

memberships as (
    select * from {{ ref('segment_memberships') }}
    where
        segmentation in (
            {{ customer_segmentation.string_list(segmentations) }}
        )
),

placed as (
    {%- for family in families %}
    select
        customer_id,
        '{{ family.name }}' as family,  -- noqa: RF04
        {{ family.name }}_bucket as bucket,
        {{ family.name }}_bucket_order as bucket_order
    from customer_buckets
    union all
    {%- endfor %}
    select
        customer_id,
        'region' as family,  -- noqa: RF04
        region as bucket,
        region_order as bucket_order
    from customer_regions
    union all
    select
        customer_id,
        'rfm' as family,  -- noqa: RF04
        rfm_segment as bucket,
        rfm_segment_order as bucket_order
    from customer_rfm
),

counted as (
    select
        placed.family,
        placed.bucket,
        placed.bucket_order,
        memberships.segmentation,
        memberships.segment_id,
        memberships.segment_name,
        count(*) as customer_count
    from placed
    inner join memberships on placed.customer_id = memberships.entity_id
    group by 1, 2, 3, 4, 5, 6
),

shared as (
    select
        *,
        sum(customer_count) over (partition by family, segmentation)
            as population_count,
        sum(customer_count) over (partition by family, segmentation, bucket)
            as bucket_count,
        sum(customer_count) over (partition by family, segmentation, segment_id)
            as segment_count
    from counted
),

final as (
    select
        family,
        bucket,
        bucket_order,
        segmentation,
        segment_id,
        segment_name,
        customer_count,
        cast(customer_count as {{ double }}) / bucket_count
            as customer_share,
        cast(100 as {{ double }}) * customer_count * population_count
        / bucket_count / segment_count as population_index
    from shared
)

select * from final
order by family, bucket_order, bucket, segmentation, segment_id
