{#- The last closed periods. A period is closed when its last day lies before the as-of
    date. What stood in the orders and complaints up to its end is summed up in a
    fingerprint: late or corrected lines change it, and the period is built again. -#}
{% set history = customer_segmentation.history_settings() %}
{% set grain = history.grain %}
with

as_of_date as (
    select as_of_date from {{ ref('int_as_of_date') }}
),

orders as (
    select * from {{ ref('int_orders_totalled') }}
),

complaints as (
    select * from {{ ref('stg_inputs__complaints') }}
    where complained_at is not null
),

-- a hundred years of weeks at most
numbers as (
    {{ dbt.generate_series(history.periods or 5200) | indent(4) }}
),

rows_by_start as (
    select
        cast({{ dbt.date_trunc(grain, 'ordered_at') }} as date) as period_start,
        count(*) filter (where is_purchase) as order_count,
        sum(sales) as sales,
        {{ customer_segmentation.rows_fingerprint([
            'order_id', 'customer_id', 'quantity', 'sales', 'ordered_at',
            'is_purchase'
        ]) }} as fingerprint
    from orders
    group by 1
    union all
    select
        cast({{ dbt.date_trunc(grain, 'complained_at') }} as date)
            as period_start,
        0 as order_count,
        0 as sales,
        {{ customer_segmentation.rows_fingerprint([
            'complaint_id', 'customer_id', 'complained_at'
        ]) }} as fingerprint
    from complaints
    group by 1
),

first_start as (
    select min(period_start) as period_start
    from rows_by_start
    where order_count > 0
),

periods as (
    select
        cast({{ customer_segmentation.periods_later(
            grain, '-1 * cast(numbers.generated_number as integer)',
            dbt.date_trunc(grain, 'as_of_date.as_of_date')
        ) }} as date) as period_start,
        cast({{ customer_segmentation.periods_later(
            grain, '1 - cast(numbers.generated_number as integer)',
            dbt.date_trunc(grain, 'as_of_date.as_of_date')
        ) }} as date) as as_of_date
    from numbers
    cross join as_of_date
    {%- if history.periods == 0 %}
    where 1 = 0
    {%- endif %}
),

final as (
    select
        periods.period_start,
        cast({{ dbt.dateadd('day', -1, 'periods.as_of_date') }} as date)
            as period_end,
        periods.as_of_date,
        coalesce(sum(case
            when rows_by_start.period_start = periods.period_start
                then rows_by_start.order_count
        end), 0) as order_count,
        cast(coalesce(sum(case
            when rows_by_start.period_start = periods.period_start
                then rows_by_start.sales
        end), 0) as decimal(18, 4)) as sales,
        cast(sum(rows_by_start.fingerprint) as {{ dbt.type_string() }})
            as fingerprint
    from periods
    inner join first_start
        on periods.period_start >= first_start.period_start
    left join rows_by_start
        on periods.period_start >= rows_by_start.period_start
    group by 1, 2, 3
)

select * from final
