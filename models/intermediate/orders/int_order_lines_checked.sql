{{ customer_segmentation.incremental_config('forget_stale_days()') }}
{% set drops_month = customer_segmentation.cleaning_policy()
    .incomplete_last_month == 'reject' %}
{% set screened = ref('int_order_lines_screened') %}
{% set as_of_date = ref('int_as_of_date') if drops_month %}
{%- if not var('incremental') -%}
{{ customer_segmentation.checked_order_lines(screened, as_of_date) }}
{%- else -%}
with

missing_days as (
    {{ customer_segmentation.missing_days() | indent(4) }}
),

{% if is_incremental() -%}
lines_of_days as materialized (
    {{ customer_segmentation.lines_of_missing_days(screened) | indent(4) }}
),

{% endif -%}
checked as (
    {{ customer_segmentation.checked_order_lines(
        'lines_of_days' if is_incremental() else screened, as_of_date
    ) | indent(4) }}
),

final as (
    select
        checked.*,
        missing_days.built_from
    from checked
    inner join missing_days
        on
            {{ customer_segmentation.order_day('checked.ordered_at') }}
            = missing_days.order_date
)

select * from final
{%- endif %}
