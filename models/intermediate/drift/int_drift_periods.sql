{#- Whom each period is compared with: the period so many before it, or the first. Also
    the days from which on orders enter the features: over a lifetime the reference
    begins with the first order, and the period would, for a history as long, begin as
    many days later as it ends. -#}
{% set reference = customer_segmentation.history_settings().reference %}
with

history_periods as (
    select * from {{ ref('int_history_periods') }}
),

first_order as (
    select cast(min(ordered_at) as date) as first_order_date
    from {{ ref('int_orders_totalled') }}
),

segmentations as (
    {%- for name in customer_segmentation.history_segmentations() %}
    {%- set window_days = customer_segmentation.segmentation_settings(name)
        .get('feature_window_days') %}
    select
        '{{ name }}' as segmentation,
        cast({{ window_days or 'null' }} as integer) as window_days
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as segmentation,
        cast(null as integer) as window_days
    where 1 = 0
    {%- endfor %}
),

numbered as (
    select
        *,
        row_number() over (order by as_of_date) as period_number
    from history_periods
),

paired as (
    select
        segmentations.segmentation,
        segmentations.window_days,
        current_period.as_of_date,
        current_period.period_start,
        current_period.period_end,
        reference.as_of_date as reference_as_of_date,
        reference.period_start as reference_period_start,
        reference.period_end as reference_period_end,
        first_order.first_order_date,
        {{ dbt.datediff(
            'reference.as_of_date', 'current_period.as_of_date', 'day'
        ) }} as days_between
    from numbered as current_period
    inner join numbered as reference
        on
            reference.period_number
            = greatest(current_period.period_number - {{ reference }}, 1)
    cross join segmentations
    cross join first_order
    where current_period.period_number > 1
),

final as (
    select
        row_number() over (order by segmentation, as_of_date) as comparison_id,
        segmentation,
        window_days is null as is_lifetime,
        days_between,
        as_of_date,
        period_start,
        period_end,
        reference_as_of_date,
        reference_period_start,
        reference_period_end,
        cast(case
            when window_days is null
                then first_order_date
            else {{ dbt.dateadd(
                'day', '1 - window_days', 'reference_as_of_date'
            ) }}
        end as date) as reference_first_date,
        cast(case
            when window_days is null
                then {{ dbt.dateadd(
                    'day', 'cast(days_between as integer)', 'first_order_date'
                ) }}
            else {{ dbt.dateadd('day', '1 - window_days', 'as_of_date') }}
        end as date) as first_date
    from paired
)

select * from final
