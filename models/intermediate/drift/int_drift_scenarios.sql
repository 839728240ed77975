{#- What if: each comparison with a check that is not stable is made again with one
    cause taken away. What longer history explains is taken away from all. -#}
{% set thresholds = customer_segmentation.drift_thresholds() %}
with

periods as (
    select * from {{ ref('int_drift_periods') }}
),

checks as (
    select * from {{ ref('int_drift_checks') }}
    where drift_level <> 'stable'
),

prices as (
    select * from {{ ref('int_drift_prices') }}
),

drifted as (
    select
        periods.*,
        prices.price_change
    from periods
    left join prices on periods.comparison_id = prices.comparison_id
    where periods.comparison_id in (select checks.comparison_id from checks)
),

scenarios as (
    select
        *,
        'equal_history' as scenario
    from drifted
    where has_longer_history
    union all
    select
        *,
        'same_prices' as scenario
    from drifted
    where abs(price_change) >= {{ thresholds.price_change }}
    union all
    select
        *,
        'established_customers' as scenario
    from drifted
),

final as (
    select
        row_number() over (order by comparison_id, scenario) as scenario_id,
        comparison_id,
        segmentation,
        scenario,
        has_longer_history,
        price_change,
        as_of_date,
        period_end,
        reference_as_of_date,
        first_date,
        -- whoever ordered before it is no new customer of the reference
        cast({{ dbt.dateadd(
            'day', '-1 * cast(days_between as integer)', 'reference_as_of_date'
        ) }} as date) as established_date
    from scenarios
)

select * from final
