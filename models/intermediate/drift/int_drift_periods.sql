{#- Whom each period is compared with: the period so many before it, or the first. A
    segmentation without rules in force has nothing to be compared. Also
    the days from which on orders enter the features. While the lifetime or the window
    of the features grows with the shop, the period sees a longer history than its
    reference; for one as long it would begin at `first_date`. -#}
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

segmentations_with_rules as (
    select distinct segmentation
    from {{ ref('int_active_rules') }}
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
    inner join segmentations_with_rules
        on segmentations.segmentation = segmentations_with_rules.segmentation
    cross join first_order
    where current_period.period_number > 1
),

windows as (
    select
        *,
        greatest(
            first_order_date,
            coalesce(cast({{ dbt.dateadd(
                'day', '1 - window_days', 'as_of_date'
            ) }} as date), first_order_date)
        ) as window_first_date,
        greatest(
            first_order_date,
            coalesce(cast({{ dbt.dateadd(
                'day', '1 - window_days', 'reference_as_of_date'
            ) }} as date), first_order_date)
        ) as reference_first_date
    from paired
),

dated as (
    select
        *,
        cast({{ dbt.dateadd(
            'day', 'cast(days_between as integer)', 'reference_first_date'
        ) }} as date) as first_date
    from windows
),

final as (
    select
        row_number() over (order by segmentation, as_of_date) as comparison_id,
        segmentation,
        days_between,
        {{ dbt.datediff(
            'reference_first_date', 'reference_as_of_date', 'day'
        ) }} as history_days,
        window_first_date < first_date as has_longer_history,
        as_of_date,
        period_start,
        period_end,
        reference_as_of_date,
        reference_period_start,
        reference_period_end,
        reference_first_date,
        first_date
    from dated
)

select * from final
