{% set double = customer_segmentation.column_type('double') %}
-- What flows into a segment and what flows out of it are its customers at both
-- ends of the period, as segment_history has them; and the contributions of the
-- segments are the change of the whole, as the orders have it.
{% set names = ['purchase_behaviour', 'service_value']
    | select('in', customer_segmentation.history_segmentations()) | list %}
with

periods as (
    select * from {{ ref('int_history_periods') }}
),

-- one in which nobody was ever placed has no history
followed as (
    {%- for name in names %}
    select '{{ name }}' as segmentation
    where exists (select 1 from {{ ref('int_' ~ name ~ '__period_segments') }})
    union all
    {%- endfor %}
    select segmentation
    from {{ ref('int_segmentation_history') }}
    where 1 = 0
),

stocks as (
    {%- for name in names %}
    select
        '{{ name }}' as segmentation,
        period_start,
        as_of_date,
        {{ name }}_segment_id as segment_id,
        count(*) as customer_count
    from {{ ref('segment_history') }}
    where '{{ name }}' in (select followed.segmentation from followed)
    group by 1, 2, 3, 4
    union all
    {%- endfor %}
    select
        segmentation,
        period_start,
        period_start as as_of_date,
        to_segment_id as segment_id,
        customer_count
    from {{ ref('segment_migrations') }}
    where 1 = 0
),

flows as (
    select
        segmentation,
        period_start,
        to_segment_id as segment_id,
        sum(customer_count) as arrived,
        0 as departed
    from {{ ref('segment_migrations') }}
    group by 1, 2, 3
    union all
    select
        segmentation,
        period_start,
        from_segment_id as segment_id,
        0 as arrived,
        sum(customer_count) as departed
    from {{ ref('segment_migrations') }}
    where from_state <> 'new'
    group by 1, 2, 3
),

flows_summed as (
    select
        segmentation,
        period_start,
        segment_id,
        sum(arrived) as arrived,
        sum(departed) as departed
    from flows
    group by 1, 2, 3
),

metrics as (
    select
        segmentation,
        metric,
        period_start,
        sum(metric_value) as metric_value,
        sum(contribution) as contribution,
        sum(within_change + mix_change) as explained
    from {{ ref('metric_by_segment') }}
    group by 1, 2, 3
),

totals as (
    select
        now.period_start,
        now.order_count as orders,
        now.sales,
        now.order_count - earlier.order_count as orders_change,
        now.sales - earlier.sales as sales_change,
        cast(now.sales as {{ double }}) / nullif(now.order_count, 0)
        - cast(earlier.sales as {{ double }}) / nullif(earlier.order_count, 0)
            as average_order_value_change
    from periods as now
    left join periods as earlier
        on now.period_start = earlier.as_of_date
),

-- an average of all is no sum over segments, only its change is
wholes as (
    {%- for metric in ['orders', 'sales', 'average_order_value'] %}
    select
        followed.segmentation,
        totals.period_start,
        '{{ metric }}' as metric,
        {%- if metric == 'average_order_value' %}
        cast(null as {{ double }}) as total,
        {%- else %}
        cast(totals.{{ metric }} as {{ double }}) as total,
        {%- endif %}
        cast(totals.{{ metric }}_change as {{ double }}) as total_change,
        metrics.metric_value,
        metrics.contribution,
        metrics.explained
    from totals
    cross join followed
    left join metrics
        on
            totals.period_start = metrics.period_start
            and followed.segmentation = metrics.segmentation
            and metrics.metric = '{{ metric }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

faults as (
    select
        'customers who arrived' as fault,
        coalesce(flows_summed.segmentation, stocks.segmentation)
            as segmentation,
        coalesce(flows_summed.period_start, stocks.period_start)
            as period_start,
        coalesce(flows_summed.segment_id, stocks.segment_id) as segment_id,
        cast(coalesce(flows_summed.arrived, 0) as {{ double }}) as found,
        cast(coalesce(stocks.customer_count, 0) as {{ double }}) as expected
    from flows_summed
    full outer join stocks
        on
            flows_summed.segmentation = stocks.segmentation
            and flows_summed.segment_id = stocks.segment_id
            and flows_summed.period_start = stocks.period_start
    -- the first period has no flows
    where
        coalesce(flows_summed.period_start, stocks.period_start)
        > (select min(periods.period_start) from periods)
    union all
    select
        'customers who departed' as fault,
        coalesce(flows_summed.segmentation, stocks.segmentation)
            as segmentation,
        coalesce(flows_summed.period_start, stocks.as_of_date) as period_start,
        coalesce(flows_summed.segment_id, stocks.segment_id) as segment_id,
        cast(coalesce(flows_summed.departed, 0) as {{ double }}) as found,
        cast(coalesce(stocks.customer_count, 0) as {{ double }}) as expected
    from flows_summed
    full outer join stocks
        on
            flows_summed.segmentation = stocks.segmentation
            and flows_summed.segment_id = stocks.segment_id
            and flows_summed.period_start = stocks.as_of_date
    -- nobody has left the last period yet
    where
        coalesce(flows_summed.period_start, stocks.as_of_date)
        <= (select max(periods.period_start) from periods)
    {%- for column, expected in {
        'metric_value': 'total', 'contribution': 'total_change',
        'explained': 'total_change',
    }.items() %}
    union all
    select
        metric || ', {{ column }} of all segments' as fault,
        segmentation,
        period_start,
        null as segment_id,
        cast({{ column }} as {{ double }}) as found,
        cast({{ expected }} as {{ double }}) as expected
    from wholes
    {%- endfor %}
)

select * from faults
where expected is not null and (found is null or abs(found - expected) > 0.005)
