with

periods as (
    select * from {{ ref('int_drift_periods') }}
),

checks as (
    select * from {{ ref('int_drift_checks') }}
),

causes as (
    select * from {{ ref('int_drift_causes') }}
),

final as (
    select
        checks.segmentation,
        checks.check_kind,
        checks.check_name,
        checks.drift_level as level,
        coalesce(causes.remaining_level, checks.drift_level)
            as level_beyond_longer_history,
        causes.cause,
        checks.reference_count,
        checks.current_count,
        checks.cell_count,
        checks.psi,
        checks.psi_quantile,
        checks.p_value,
        checks.adjusted_p_value,
        checks.reference_share,
        checks.current_share,
        checks.share_change,
        checks.reference_median,
        checks.current_median,
        checks.relative_change,
        causes.history_cause is not null as is_longer_history,
        causes.prices_cause is not null as is_prices,
        causes.customers_cause is not null as is_new_customers,
        periods.period_start,
        periods.reference_period_start
    from checks
    inner join periods on checks.comparison_id = periods.comparison_id
    left join causes
        on
            checks.comparison_id = causes.comparison_id
            and checks.check_kind = causes.check_kind
            and checks.check_name = causes.check_name
)

select * from final
order by segmentation, period_start, check_kind, check_name
