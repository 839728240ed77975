{% set drops_month = customer_segmentation.cleaning_policy()
    .incomplete_last_month == 'reject' %}
with

order_days as (
    {%- if drops_month %}
    -- which lines are accepted depends on the last day
    select cast(ordered_at as date) as order_date
    from {{ ref('int_order_lines_screened') }}
    where line_reason is null
    group by 1
    {%- else %}
    select cast(ordered_at as date) as order_date
    from {{ ref('int_orders_totalled') }}
    union distinct
    select cast(last_ordered_at as date) as order_date
    from {{ ref('int_orders_totalled') }}
    {%- endif %}
),

found as (
    {{ customer_segmentation.as_of_date_sql('order_days') | indent(4) }}
),

final as (
    select
        coalesce(
            as_of_date,
            {{ customer_segmentation.raise_error(
                'as_of_date: input order_lines has no acceptable order line from '
                ~ 'which to take it; expected var as_of_date: "2011-12-01" '
                ~ '(quoted). Why lines were rejected: '
                ~ 'dbt run-operation check_inputs.'
            ) }}
        ) as as_of_date,
        incomplete_month_date,
        last_order_date,
        previous_order_date
    from found
)

select * from final
