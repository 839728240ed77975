{#- The latest comparison of each segmentation in counts and words; the checks that are
    furthest from stable are told one by one. -#}
{% set bigint = dbt.type_bigint() %}
{% set most_told = 5 %}
with

latest as (
    select * from {{ ref('int_drift_latest') }}
),

checks as (
    select
        *,
        {{ customer_segmentation.level_number(
            customer_segmentation.drift_effect()
        ) }} as effect_number
    from {{ ref('int_drift_checks') }}
),

causes as (
    select * from {{ ref('int_drift_causes') }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),

judged as (
    select
        latest.segmentation,
        latest.period_start,
        latest.reference_period_start,
        latest.is_by_rules_in_force,
        checks.check_kind,
        checks.check_name,
        checks.psi,
        checks.share_change,
        checks.relative_change,
        checks.drift_level,
        checks.effect_number,
        causes.history_cause,
        causes.prices_cause,
        causes.customers_cause,
        case checks.check_kind
            when 'feature' then checks.check_name
            when 'segment_share'
                then
                    'share of segment ' || checks.check_name
                    || coalesce(' (' || segment_names.segment_name || ')', '')
            else replace(checks.check_name, '_', ' ')
        end as check_label,
        {{ customer_segmentation.level_number('checks.drift_level') }}
            as level_number,
        {{ customer_segmentation.level_number(
            'coalesce(causes.remaining_level, checks.drift_level)'
        ) }} as remaining_number
    from latest
    left join checks
        on
            latest.comparison_id = checks.comparison_id
            and (
                latest.is_by_rules_in_force
                or checks.check_kind in ('feature', 'distance')
            )
    left join causes
        on
            checks.comparison_id = causes.comparison_id
            and checks.check_kind = causes.check_kind
            and checks.check_name = causes.check_name
    left join segment_names
        on
            checks.check_kind = 'segment_share'
            and latest.segmentation = segment_names.segmentation
            and checks.check_name
            = cast(segment_names.segment_id as {{ dbt.type_string() }})
),

ranked as (
    select
        *,
        row_number() over (
            partition by segmentation
            order by
                coalesce(remaining_number, 0) desc,
                coalesce(level_number, 0) desc,
                case check_kind when 'feature' then 1 else 2 end asc,
                psi desc,
                check_kind asc,
                {{ customer_segmentation.byte_order('check_name') }} asc
        ) as place
    from judged
),

placed as (
    select
        *,
        min(case when history_cause is not null then place end) over (
            partition by segmentation
        ) as history_place,
        min(case when prices_cause is not null then place end) over (
            partition by segmentation
        ) as prices_place,
        min(case when customers_cause is not null then place end) over (
            partition by segmentation
        ) as customers_place
    from ranked
),

worded as (
    select
        placed.*,
        case
            when placed.place <= {{ most_told }} and placed.level_number > 0
                then
                    placed.check_label || ' ' || placed.drift_level || ' ('
                    || {{ customer_segmentation.drift_figures(
                        'placed'
                    ) | indent(20) }} || ')'
        end as sentence
    from placed
),

final as (
    select
        segmentation,
        max(period_start) as period_start,
        max(reference_period_start) as reference_period_start,
        max(case when is_by_rules_in_force then 1 else 0 end) = 1
            as is_by_rules_in_force,
        cast(count(check_name) as {{ bigint }}) as check_count,
        cast(count(drift_level) as {{ bigint }}) as judged_count,
        cast(count(case when effect_number > 0 then 1 end) as {{ bigint }})
            as large_count,
        -- no level is known without Python models, nor of nobody
        cast(case
            when count(drift_level) > 0
                then count(case when level_number > 0 then 1 end)
        end as {{ bigint }}) as drifted_check_count,
        cast(case
            when count(drift_level) > 0
                then count(case when remaining_number > 0 then 1 end)
        end as {{ bigint }}) as remaining_count,
        cast(count(history_cause) as {{ bigint }})
            as longer_history_count,
        coalesce(max(remaining_number), 0) as worst_remaining_number,
        {{ customer_segmentation.text_list(
            'sentence', "'; '", 'order by place'
        ) }}
        || case
            when count(case when level_number > 0 then 1 end) > {{ most_told }}
                then
                    '; and ' || cast(
                        count(case when level_number > 0 then 1 end)
                        - {{ most_told }} as {{ dbt.type_string() }}
                    ) || ' more'
            else ''
        end as sentences,
        coalesce('. Cause of ' || max(case
            when place = history_place
                then check_label || ': ' || history_cause
        end), '') || coalesce('. Cause of ' || max(case
            when place = prices_place
                then check_label || ': ' || prices_cause
        end), '') || coalesce('. Cause of ' || max(case
            when place = customers_place
                then check_label || ': ' || customers_cause
        end), '') as causes
    from worded
    group by 1
)

select * from final
