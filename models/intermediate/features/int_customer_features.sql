{#- With var `incremental` all but the days to the as-of date is kept per customer, and
    this is a view of it. -#}
{% set is_kept = var('incremental') %}
{{ config(materialized='view' if is_kept else 'table') }}
{% set double = customer_segmentation.column_type('double') %}
{% set policy = customer_segmentation.cleaning_policy() %}
{% set returned = ('customer_totals' if is_kept else 'customer_returns')
    ~ '.returned_sales' %}
{% set counted = ('customer_totals' if is_kept else 'customer_products')
    ~ '.product_count' %}
with

customer_totals as (
    {{ customer_segmentation.customer_features(
        further=['returned_sales', 'product_count'] if is_kept else []
    ) | indent(4) }}
),
{% if not is_kept %}
customer_returns as (
    select * from {{ ref('int_customer_returns_totalled') }}
),
{% endif %}
{%- if not is_kept and var('distinct_products') %}
customer_products as (
    select * from {{ ref('int_customer_products_counted') }}
),
{% endif %}
final as (
    select
        customer_totals.customer_id,
        customer_totals.order_count,
        customer_totals.total_sales,
        customer_totals.average_order_value,
        customer_totals.quantity,
        customer_totals.recency_days,
        customer_totals.tenure_days,
        customer_totals.mean_days_between_orders,
        {%- if var('distinct_products') %}
        coalesce({{ counted }}, 0) as product_count,
        {%- else %}
        cast(null as {{ dbt.type_bigint() }}) as product_count,
        {%- endif %}
        -- netted returns have lowered total sales already
        {%- set bought = 'customer_totals.total_sales'
            ~ (' + ' ~ returned if policy.returns == 'net' else '') %}
        case
            when coalesce({{ returned }}, 0) = 0 then 0
            when {{ returned }} >= {{ bought }} then 1
            else
                cast({{ returned }} as {{ double }})
                / cast({{ bought }} as {{ double }})
        end as return_share,
        customer_totals.first_order_date,
        customer_totals.last_order_date
    {%- if is_kept %}
    from customer_totals
    {%- else %}
    from customer_totals
    left join customer_returns
        on customer_totals.customer_id = customer_returns.customer_id
    {%- if var('distinct_products') %}
    left join customer_products
        on customer_totals.customer_id = customer_products.customer_id
    {%- endif %}
    {%- endif %}
)

select * from final
