{#- Buckets, region and RFM as of the cutoff, as places in order. Age and income do not
    depend on orders; spend, its quantiles and RFM are made again from the orders up to
    the cutoff; the propensity of today, and a region read from the latest order, know
    the outcome and are left out. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set has_quantiles = var('spend_buckets') is number %}
{% set families = customer_segmentation.bucket_families(
    ref('int_bucket_edges')
) %}
with

features as (
    select * from {{ ref('int_effectiveness_features') }}
),

regions as (
    select
        regions.customer_id,
        dense_rank() over (order by regions.region) as place
    from {{ ref('int_customer_regions') }} as regions
    inner join {{ ref('int_customers') }} as customers
        on regions.customer_id = customers.customer_id
    where customers.is_place_given
),

rfm_scores as (
    {{ customer_segmentation.rfm_scores(
        ref('int_effectiveness_features')
    ) | indent(4) }}
),

rfm_segments as (
    select
        rfm_segment,
        dense_rank() over (order by rfm_segment) as place
    from {{ ref('rfm_segments') }}
    group by 1
),

orders_in_window as (
    {{ customer_segmentation.orders_in_window(
        'features', customer_segmentation.days_var('spend_window_days'), 'last_known_date'
    ) | indent(4) }}
),

recent_sales as (
    select
        customer_id,
        sum(sales) as sales
    from orders_in_window
    group by 1
),

earning as (
    select
        *,
        1000 * annual_income_thousands as annual_income
    from features
),

valued as (
    select
        earning.*,
        cast(coalesce(recent_sales.sales, 0) as {{ double }}) as recent_sales
    from earning
    left join recent_sales on earning.customer_id = recent_sales.customer_id
),

{% if has_quantiles -%}
edges as (
    {{ customer_segmentation.spend_quantiles('valued', 'as_of_date') | indent(4) }}
),

spend as (
    {{ customer_segmentation.spend_bucket_rows('edges', 'as_of_date') | indent(4) }}
),

{% endif -%}
final as (
    {%- for family in families if family.feature != 'purchase_propensity' %}
    {%- if has_quantiles and family.name == 'spend' %}
    select
        valued.customer_id,
        'bucket' as grouping_kind,
        'spend' as grouping_name,
        cast(coalesce(spend.bucket_order, 1) as {{ dbt.type_bigint() }})
            as place,
        true as is_ranked
    from valued
    left join spend
        on
            {{ customer_segmentation.in_spend_bucket() | indent(12) }}
    union all
    {%- else %}
    select
        customer_id,
        'bucket' as grouping_kind,
        '{{ family.name }}' as grouping_name,
        {{ customer_segmentation.bucket_case(
            family, 'bucket_order'
        ) | indent(8) }}
            as place,
        -- Unknown is no more than the others
        {{ family.feature }} is not null as is_ranked
    from valued
    union all
    {%- endif %}
    {%- endfor %}
    select
        features.customer_id,
        'bucket' as grouping_kind,
        'region' as grouping_name,
        regions.place,
        false as is_ranked
    from features
    inner join regions on features.customer_id = regions.customer_id
    union all
    select
        rfm_scores.customer_id,
        'rfm' as grouping_kind,
        'rfm_segment' as grouping_name,
        rfm_segments.place,
        false as is_ranked
    from rfm_scores
    inner join rfm_segments
        on rfm_scores.rfm_segment = rfm_segments.rfm_segment
)

select * from final
