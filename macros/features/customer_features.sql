{#- Features per customer from order totals: over the lifetime, or over the last
    `window_days` up to the as-of date. Days count to the as-of date. With `cutoffs`, a
    relation with the column as_of_date, there is one row per such date and customer,
    and no order after the date enters, or after the date in its column `last_day`, or
    before that in its column `first_day`, where one is named. `further` are more columns
    of what is kept per customer with var `incremental`. -#}
{% macro customer_features(
    window_days=none, cutoffs=none, last_day='as_of_date', first_day=none, further=[]
) -%}
{%- set double = customer_segmentation.column_type('double') -%}
{%- set key = 'as_of_date, customer_id' if cutoffs is not none else 'customer_id' -%}
{#- a lifetime without cutoffs is kept up to date per customer -#}
{%- set is_summed = var('incremental') and window_days is none
    and cutoffs is none -%}
with
{% if not is_summed %}
orders as (
    select * from {{ ref('int_orders_totalled') }}
),
{% endif %}
as_of_dates as (
    select
        as_of_date{{ ',' if cutoffs is not none }}
        {%- if cutoffs is not none %}
        {{ last_day }} as last_day{{ ',' if first_day }}
        {%- if first_day %}
        {{ first_day }} as first_day
        {%- endif %}
        {%- endif %}
    from {{ cutoffs or ref('int_as_of_date') }}
),
{% if not is_summed %}
orders_in_window as (
    select
        {%- if cutoffs is not none %}
        as_of_dates.as_of_date,
        {%- endif %}
        orders.*
    from orders
    {%- if cutoffs is not none %}
    inner join as_of_dates
        on
            cast(orders.ordered_at as date) <= as_of_dates.last_day
            {%- if first_day %}
            and cast(orders.ordered_at as date) >= as_of_dates.first_day
            {%- endif %}
    {%- elif window_days is not none %}
    cross join as_of_dates
    {%- endif %}
    {%- if window_days is not none %}
    where
        cast(orders.ordered_at as date) > cast({{ dbt.dateadd(
            'day', -window_days, 'as_of_dates.as_of_date'
        ) }} as date)
    {%- endif %}
),
{% endif %}
orders_summed as (
    {%- if is_summed %}
    select * from {{ ref('int_customer_orders_summed') }}
    {%- else %}
    {{ customer_segmentation.orders_summed('orders_in_window', key)
        | indent(4) }}
    {%- endif %}
),

dated as (
    select
        {%- if cutoffs is none %}
        as_of_dates.as_of_date,
        {%- endif %}
        orders_summed.*
    from orders_summed
    {%- if cutoffs is none %}
    cross join as_of_dates
    {%- endif %}
    where orders_summed.order_count > 0
),

final as (
    select
        {{ key }},
        order_count,
        cast(total_sales as decimal(18, 4)) as total_sales,
        {{ customer_segmentation.to_decimal(
            'cast(total_sales as ' ~ double ~ ') / order_count'
        ) }} as average_order_value,
        cast(quantity as decimal(18, 4)) as quantity,
        cast({{ dbt.datediff('last_order_date', 'as_of_date', 'day') }}
            as {{ dbt.type_bigint() }}) as recency_days,
        cast({{ dbt.datediff('first_order_date', 'as_of_date', 'day') }}
            as {{ dbt.type_bigint() }}) as tenure_days,
        cast(
            {{ dbt.datediff('first_order_date', 'last_order_date', 'day') }}
            as {{ double }}
        ) / nullif(order_count - 1, 0) as mean_days_between_orders,
        {%- for column in further %}
        {{ column }},
        {%- endfor %}
        first_order_date,
        last_order_date
    from dated
)

select * from final
{%- endmacro %}
