{#- Three views of the same customers: what was known two horizons ago, one horizon
    ago, and now; and by when it turned out what they did. Horizons end on the last
    day with orders, not on the as-of date after it, so that each counts whole days;
    and as the as-of date follows the last day, so does that of each earlier view, or
    everybody's last order would seem a day more recent there than it does now. -#}
{% set days = customer_segmentation.days_var('propensity_horizon_days') %}
with

as_of_date as (
    select
        as_of_date,
        least(as_of_date, coalesce(last_order_date, as_of_date)) as last_date
    from {{ ref('int_as_of_date') }}
),

last_day as (
    select
        as_of_date,
        last_date,
        least(
            as_of_date, cast({{ dbt.dateadd('day', 1, 'last_date') }} as date)
        ) as next_date
    from as_of_date
),

final as (
    select
        'training' as prediction_window,
        cast({{ dbt.dateadd('day', -2 * days, 'next_date') }} as date)
            as as_of_date,
        cast({{ dbt.dateadd('day', -2 * days, 'last_date') }} as date)
            as last_known_date,
        cast({{ dbt.dateadd('day', -days, 'last_date') }} as date)
            as outcome_date
    from last_day
    union all
    select
        'evaluation' as prediction_window,
        cast({{ dbt.dateadd('day', -days, 'next_date') }} as date)
            as as_of_date,
        cast({{ dbt.dateadd('day', -days, 'last_date') }} as date)
            as last_known_date,
        last_date as outcome_date
    from last_day
    union all
    select
        'scoring' as prediction_window,
        as_of_date,
        as_of_date as last_known_date,
        cast(null as date) as outcome_date
    from last_day
)

select * from final
