{#- Nobody knows which order lines are new, late or corrected without a look at all of
    them. This is the cheap one: a number per day. Copies of a line lie within a day,
    and so does whatever decides whether a line is accepted, except for the settings
    and for the days from which on lines are rejected, which are part of the number. -#}
{% set policy = customer_segmentation.cleaning_policy() %}
{% set drops_month = policy.incomplete_last_month == 'reject' %}
{% set given = var('as_of_date') %}
{% set order_date = customer_segmentation.order_day() %}
{% set settings = local_md5(
    tojson(policy) ~ customer_segmentation.screened_order_lines('')
) %}
with

order_lines as (
    select * from {{ ref('stg_inputs__order_lines') }}
),
{% if drops_month %}
as_of_date as (
    select incomplete_month_date from {{ ref('int_as_of_date') }}
),
{% endif %}
days as (
    select
        {{ order_date }} as order_date,
        count(*) as order_line_count,
        sum(fingerprint) as fingerprint
    from order_lines
    group by 1
),

final as (
    select
        days.order_date,
        days.order_line_count,
        {{ customer_segmentation.built_from([
            'days.order_date',
            'days.order_line_count',
            'days.fingerprint',
            "'" ~ settings ~ "'",
            "days.order_date > cast('" ~ given ~ "' as date)" if given else 'false',
            'coalesce(days.order_date >= as_of_date.incomplete_month_date, false)'
            if drops_month else 'false',
        ]) | indent(8) }} as built_from
    from days
    {%- if drops_month %}
    cross join as_of_date
    {%- endif %}
    group by 1, 2
)

select * from final
