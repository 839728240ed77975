{#- Quintiles by percent_rank: equal customers get equal scores, and no order of
    rows enters. 5 is best: the most recent, most frequent, most valuable. -#}
{% set bigint = dbt.type_bigint() %}
with

customer_features as (
    select * from {{ ref('int_customer_features') }}
),

rfm_segments as (
    select * from {{ ref('rfm_segments') }}
),

ranked as (
    select
        customer_id,
        percent_rank() over (order by recency_days desc) as recency_rank,
        percent_rank() over (order by order_count) as frequency_rank,
        percent_rank() over (order by total_sales) as monetary_rank
    from customer_features
),

scored as (
    select
        customer_id,
        cast(least(floor(recency_rank * 5) + 1, 5) as {{ bigint }})
            as recency_score,
        cast(least(floor(frequency_rank * 5) + 1, 5) as {{ bigint }})
            as frequency_score,
        cast(least(floor(monetary_rank * 5) + 1, 5) as {{ bigint }})
            as monetary_score
    from ranked
),

final as (
    select
        scored.customer_id,
        rfm_segments.rfm_score,
        rfm_segments.rfm_segment,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score
    from scored
    left join rfm_segments
        on
            scored.recency_score = rfm_segments.recency_score
            and scored.frequency_score = rfm_segments.frequency_score
            and scored.monetary_score = rfm_segments.monetary_score
)

select * from final
