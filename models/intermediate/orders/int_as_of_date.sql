{% set drops_month = customer_segmentation.cleaning_policy()
    .incomplete_last_month == 'reject' %}
{% set has_sample = customer_segmentation.has_feature_sample() %}
with

order_days as (
    select cast(ordered_at as date) as order_date
    {%- if drops_month %}
    -- which lines are accepted depends on the last day
    from {{ ref('int_order_lines_screened') }}
    where line_reason is null
    {%- else %}
    from {{ ref('int_order_lines_accepted') }}
    {%- endif %}
    group by 1
),

found as (
    {{ customer_segmentation.as_of_date_sql('order_days') | indent(4) }}
),

{% if has_sample -%}
sampled as (
    select max(as_of_date) as as_of_date
    from {{ ref('stg_inputs__feature_sample') }}
),
{%- endif %}

final as (
    select
        coalesce(
            found.as_of_date,
            {%- if has_sample %}
            sampled.as_of_date,
            {%- endif %}
            {{ customer_segmentation.raise_error(
                'as_of_date: input order_lines ' ~ (
                    'is absent, so that no line tells it'
                    if customer_segmentation.absent_inputs(['order_lines']) else
                    'has no acceptable order line from which to take it'
                ) ~ '; expected var as_of_date: "2011-12-01" (quoted). Why lines '
                ~ 'are rejected: dbt run-operation check_inputs.'
            ) }}
        ) as as_of_date,
        found.incomplete_month_date,
        found.last_order_date,
        found.previous_order_date
    from found
    {%- if has_sample %}
    cross join sampled
    {%- endif %}
)

select * from final
