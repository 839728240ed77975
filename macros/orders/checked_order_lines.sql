{#- Every order line with its first rejection reason, all of them considered.

    Copies are numbered by a window, which costs more than all the rest and keeps
    every line in memory, so only the few lines that can be copies go through it:
    those whose order and product come twice. `screened` is read anew each time
    instead of once in a CTE, which a warehouse would keep in memory whole.

    What was returned later than the as-of date, or in a dropped month, counts as little
    as what was bought there, so these reasons come before it.

    `as_of_date` is read only where an incomplete month is dropped: otherwise the day
    is given by var or is that of the last accepted line, after which none can be. -#}
{% macro checked_order_lines(screened, as_of_date) -%}
{%- set policy = customer_segmentation.cleaning_policy() -%}
{%- set given = var('as_of_date') -%}
{%- set drops_month = policy.incomplete_last_month == 'reject' -%}
{%- set columns = customer_segmentation.input_specification().order_lines -%}
with
{% if drops_month %}
as_of_date as (
    select incomplete_month_date from {{ as_of_date }} as as_of_date
),
{% endif %}
{%- if policy.duplicates == 'reject' %}
repeated_products as (
    select
        order_id,
        coalesce(product_id, '') as product_key
    from {{ screened }}
    where order_id is not null
    group by 1, 2
    having count(*) > 1
),

numbered as (
    select
        lines.*,
        row_number() over (
            partition by
                {%- for column in columns %}
                lines.{{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            -- copies are alike but for the text of their numbers: -1 and -1.0
            order by
                {%- for column, rule in columns.items() if rule.type != 'text' %}
                {{ customer_segmentation.byte_order('lines.' ~ column ~ '_text') }}
                {{- ',' if not loop.last }}
                {%- endfor %}
        ) as copy_number
    from {{ screened }} as lines
    inner join repeated_products
        on
            lines.order_id = repeated_products.order_id
            and coalesce(lines.product_id, '') = repeated_products.product_key
    where lines.line_reason is null
),

screened as (
    select * from numbered
    union all
    select
        lines.*,
        1 as copy_number
    from {{ screened }} as lines
    left join repeated_products
        on
            lines.order_id = repeated_products.order_id
            and coalesce(lines.product_id, '') = repeated_products.product_key
    where
        lines.line_reason is not null
        or repeated_products.order_id is null
),
{% else %}
screened as (
    select * from {{ screened }} as lines
),
{% endif %}
final as (
    select
        {%- for column in columns %}
        screened.{{ column }},
        {%- endfor %}
        screened.sales,
        {%- for column, rule in columns.items() if rule.type != 'text' %}
        screened.{{ column }}_text,
        {%- endfor %}
        {%- if given is none and not drops_month and policy.duplicates == 'keep' %}
        screened.line_reason as rejection_reason
        {%- else %}
        case
            {%- if given is not none %}
            when
                cast(screened.ordered_at as date) > cast('{{ given }}' as date)
                and coalesce(screened.line_reason, 'returned')
                in ('cancelled', 'returned')
                then 'after_as_of_date'
            {%- endif %}
            {%- if drops_month %}
            when
                cast(screened.ordered_at as date)
                >= as_of_date.incomplete_month_date
                and coalesce(screened.line_reason, 'returned')
                in ('cancelled', 'returned')
                then 'incomplete_last_month'
            {%- endif %}
            when screened.line_reason is not null then screened.line_reason
            {%- if policy.duplicates == 'reject' %}
            when screened.copy_number > 1 then 'duplicate'
            {%- endif %}
        end as rejection_reason
        {%- endif %}
    from screened
    {%- if drops_month %}
    cross join as_of_date
    {%- endif %}
)

select * from final
{%- endmacro %}
