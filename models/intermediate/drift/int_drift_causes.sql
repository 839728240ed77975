{#- A cause is what, taken away, lowers the level of a check: first longer history, then
    prices and new customers, of what longer history leaves. -#}
{% set scenarios = ['equal_history', 'same_prices', 'established_customers'] %}
with

periods as (
    select * from {{ ref('int_drift_periods') }}
),

prices as (
    select * from {{ ref('int_drift_prices') }}
),

checks as (
    select * from {{ ref('int_drift_checks') }}
    where drift_level <> 'stable'
),

effects as (
    select
        *,
        {{ customer_segmentation.level_number('effect') }} as effect_number
    from {{ ref('int_drift_scenario_effects') }}
),
{% for scenario in scenarios %}
{{ scenario }} as (
    select * from effects
    where scenario = '{{ scenario }}'
),
{% endfor %}
compared as (
    select
        checks.comparison_id,
        checks.check_kind,
        checks.check_name,
        checks.drift_level,
        {{ customer_segmentation.level_number('checks.drift_level') }}
            as level_number,
        equal_history.effect_number as equal_history_number,
        same_prices.effect_number as same_prices_number,
        established_customers.effect_number as established_number,
        'longer history: with orders of '
        || cast(periods.history_days as {{ dbt.type_string() }})
        || ' days, as many as the reference had, '
        || {{ customer_segmentation.drift_figures(
            'equal_history'
        ) | indent(8) }}
            as history_text,
        'prices changed by '
        || {{ customer_segmentation.signed_text(
            'prices.price_change', '%'
        ) | indent(8) }}
        || ' over ' || cast(prices.product_count as {{ dbt.type_string() }})
        || ' products sold in both; at the prices of the reference '
        || {{ customer_segmentation.drift_figures('same_prices') | indent(8) }}
            as prices_text,
        'new customers: without '
        || {{ customer_segmentation.percent_text(
            '(1 - established_customers.current_count * 1.0'
            ~ ' / coalesce(equal_history.current_count, checks.current_count))'
        ) }}
        || ' who came in the last '
        || cast(periods.days_between as {{ dbt.type_string() }})
        || ' days, and without those new in the reference, '
        || {{ customer_segmentation.drift_figures(
            'established_customers'
        ) | indent(8) }} as customers_text
    from checks
    inner join periods on checks.comparison_id = periods.comparison_id
    left join prices on checks.comparison_id = prices.comparison_id
    {%- for scenario in scenarios %}
    left join {{ scenario }}
        on
            checks.comparison_id = {{ scenario }}.comparison_id
            and checks.check_kind = {{ scenario }}.check_kind
            and checks.check_name = {{ scenario }}.check_name
    {%- endfor %}
),

remaining as (
    select
        *,
        least(level_number, coalesce(equal_history_number, level_number))
            as remaining_number
    from compared
),

explained as (
    select
        *,
        case
            when equal_history_number < level_number then history_text
        end as history_cause,
        case
            when same_prices_number < remaining_number then prices_text
        end as prices_cause,
        case
            when established_number < remaining_number then customers_text
        end as customers_cause
    from remaining
),

final as (
    select
        comparison_id,
        check_kind,
        check_name,
        history_cause,
        prices_cause,
        customers_cause,
        case remaining_number
            when 0 then 'stable'
            when 1 then 'moderate'
            else 'significant'
        end as remaining_level,
        nullif(
            coalesce(history_cause, '')
            || case
                when
                    history_cause is not null
                    and coalesce(prices_cause, customers_cause) is not null
                    then '; '
                else ''
            end
            || coalesce(prices_cause, '')
            || case
                when prices_cause is not null and customers_cause is not null
                    then '; '
                else ''
            end
            || coalesce(customers_cause, ''),
            ''
        ) as cause
    from explained
)

select * from final
