{#- Every order line with its first rejection reason, all of them considered. -#}
{% macro checked_order_lines(screened, as_of_date) -%}
{%- set policy = customer_segmentation.cleaning_policy() -%}
{%- set columns = customer_segmentation.input_specification().order_lines -%}
with

screened as (
    select * from {{ screened }}
),

as_of_date as (
    select
        as_of_date,
        incomplete_month_date
    from {{ as_of_date }}
),

dated as (
    select
        screened.*,
        coalesce(
            screened.line_reason,
            case
                when cast(screened.ordered_at as date) > as_of_date.as_of_date
                    then 'after_as_of_date'
                when
                    cast(screened.ordered_at as date)
                    >= as_of_date.incomplete_month_date
                    then 'incomplete_last_month'
            end
        ) as dated_reason
    from screened
    cross join as_of_date
),
{% if policy.duplicates == 'reject' %}
-- Only lines that agree in every column are duplicates, so it does not matter
-- which of them is numbered first.
numbered as (
    select
        *,
        row_number() over (
            partition by {{ columns.keys() | join(', ') }}, dated_reason
            order by order_id
        ) as copy_number
    from dated
),
{% endif %}
final as (
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        sales,
        {%- for column, rule in columns.items() if rule.type != 'text' %}
        {{ column }}_text,
        {%- endfor %}
        {%- if policy.duplicates == 'reject' %}
        case
            when dated_reason is not null then dated_reason
            when copy_number > 1 then 'duplicate'
        end as rejection_reason
    from numbered
        {%- else %}
        dated_reason as rejection_reason
    from dated
        {%- endif %}
)

select * from final
{%- endmacro %}
