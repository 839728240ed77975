with

scored as (
    {{ customer_segmentation.rfm_scores(
        ref('int_customer_history'), partition_by='as_of_date'
    ) | indent(4) }}
),

rfm_segments as (
    select * from {{ ref('rfm_segments') }}
),

final as (
    select
        scored.as_of_date,
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
