{% set double = customer_segmentation.column_type('double') %}
{% set policy = customer_segmentation.cleaning_policy() %}
with

customer_totals as (
    {{ customer_segmentation.customer_features() | indent(4) }}
),

customer_returns as (
    select * from {{ ref('int_customer_returns_totalled') }}
),
{% if var('distinct_products') %}
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
        coalesce(customer_products.product_count, 0) as product_count,
        {%- else %}
        cast(null as {{ dbt.type_bigint() }}) as product_count,
        {%- endif %}
        -- netted returns have lowered total sales already
        {%- set bought = 'customer_totals.total_sales'
            ~ (' + customer_returns.returned_sales'
               if policy.returns == 'net' else '') %}
        case
            when coalesce(customer_returns.returned_sales, 0) = 0 then 0
            when customer_returns.returned_sales >= {{ bought }} then 1
            else
                cast(customer_returns.returned_sales as {{ double }})
                / cast({{ bought }} as {{ double }})
        end as return_share,
        customer_totals.first_order_date,
        customer_totals.last_order_date
    from customer_totals
    left join customer_returns
        on customer_totals.customer_id = customer_returns.customer_id
    {%- if var('distinct_products') %}
    left join customer_products
        on customer_totals.customer_id = customer_products.customer_id
    {%- endif %}
)

select * from final
