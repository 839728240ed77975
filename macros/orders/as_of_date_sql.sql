{#- One row: the day as of which everything is computed, from the days with order
    lines: a relation with order_date, a CTE, or a select in parentheses. -#}
{% macro as_of_date_sql(days) -%}
{%- set given = var('as_of_date') -%}
{%- set drops_month = customer_segmentation.cleaning_policy()
    .incomplete_last_month == 'reject' -%}
with

order_days_known as (
    select distinct order_date
    from {{ days }} as days
    {%- if given is not none %}
    where order_date <= cast('{{ given }}' as date)
    {%- endif %}
),

last_day as (
    select max(order_date) as last_order_date
    from order_days_known
),

month_end as (
    select
        last_order_date,
        {%- if drops_month %}
        case
            when last_order_date < {{ dbt.last_day('last_order_date', 'month') }}
                then cast({{ dbt.date_trunc('month', 'last_order_date') }} as date)
        end as incomplete_month_date
        {%- else %}
        cast(null as date) as incomplete_month_date
        {%- endif %}
    from last_day
),

kept_days as (
    select
        month_end.incomplete_month_date,
        order_days_known.order_date,
        row_number() over (order by order_days_known.order_date desc) as day_rank
    from month_end
    left join order_days_known
        on
            order_days_known.order_date < month_end.incomplete_month_date
            or month_end.incomplete_month_date is null
),

last_days as (
    select
        incomplete_month_date,
        max(order_date) as last_order_date,
        max(case when day_rank = 2 then order_date end) as previous_order_date
    from kept_days
    group by 1
),

final as (
    select
        {%- if given is not none %}
        cast('{{ given }}' as date) as as_of_date,
        {%- else %}
        cast({{ dbt.dateadd('day', 1, 'last_order_date') }} as date) as as_of_date,
        {%- endif %}
        incomplete_month_date,
        last_order_date,
        previous_order_date
    from last_days
)

select * from final
{%- endmacro %}
