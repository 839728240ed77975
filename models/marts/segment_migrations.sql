{% set double = customer_segmentation.column_type('double') %}
with

history as (
    select * from {{ ref('int_segmentation_history') }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

first_period as (
    select min(period_start) as period_start
    from {{ ref('int_history_periods') }}
),

compared as (
    select
        now.segmentation,
        now.period_start,
        case
            when earlier.customer_id is null then 'new'
            when earlier.is_present then 'segment'
            else 'lapsed'
        end as from_state,
        coalesce(earlier.segment_id, 0) as from_segment_id,
        case when now.is_present then 'segment' else 'lapsed' end as to_state,
        now.segment_id as to_segment_id,
        coalesce(earlier.sales, 0) as sales_before,
        now.sales as sales_after,
        now.rules_hash <> earlier.rules_hash as is_rule_change
    from history as now
    inner join first_period
        on now.period_start > first_period.period_start
    -- a period begins on the day as of which the one before ended
    left join history as earlier
        on
            now.segmentation = earlier.segmentation
            and now.customer_id = earlier.customer_id
            and now.period_start = earlier.as_of_date
),

summed as (
    select
        segmentation,
        period_start,
        from_state,
        from_segment_id,
        to_state,
        to_segment_id,
        cast(count(*) as {{ dbt.type_bigint() }}) as customer_count,
        sum(sales_before) as sales_before,
        sum(sales_after) as sales_after,
        max(case when is_rule_change then 1 else 0 end) = 1 as is_rule_change
    from compared
    group by 1, 2, 3, 4, 5, 6
),

final as (
    select
        summed.segmentation,
        summed.period_start,
        case
            when summed.from_state = 'new' then 'new'
            when
                summed.from_state = 'lapsed' and summed.to_state = 'segment'
                then 'returning'
            when summed.from_state = 'lapsed' then 'away'
            when summed.to_state = 'lapsed' then 'lapsed'
            when summed.from_segment_id = summed.to_segment_id then 'stayed'
            else 'moved'
        end as movement,
        summed.from_state,
        summed.from_segment_id,
        case summed.from_state
            when 'new' then 'New'
            when 'lapsed' then 'Lapsed'
            else {{ customer_segmentation.segment_label(
                'summed.from_segment_id', 'from_names.segment_name'
            ) | indent(16) }}
        end as from_segment,
        summed.to_state,
        summed.to_segment_id,
        case summed.to_state
            when 'lapsed' then 'Lapsed'
            else {{ customer_segmentation.segment_label(
                'summed.to_segment_id', 'to_names.segment_name'
            ) | indent(16) }}
        end as to_segment,
        summed.customer_count,
        cast(summed.customer_count as {{ double }})
        / sum(summed.customer_count) over (
            partition by
                summed.segmentation,
                summed.period_start,
                summed.from_state,
                summed.from_segment_id
        ) as customer_share,
        cast(summed.sales_before as decimal(18, 4)) as sales_before,
        cast(summed.sales_after as decimal(18, 4)) as sales_after,
        summed.is_rule_change
    from summed
    left join segment_names as from_names
        on
            summed.segmentation = from_names.segmentation
            and summed.from_segment_id = from_names.segment_id
    left join segment_names as to_names
        on
            summed.segmentation = to_names.segmentation
            and summed.to_segment_id = to_names.segment_id
)

select * from final
order by
    segmentation,
    period_start,
    from_state,
    from_segment_id,
    to_state,
    to_segment_id
