{#- All of a customer that does not depend on the as-of date. Without the column
    product_count a row is no longer what var `distinct_products` asks for. Orders of a
    few customers are totalled once more from their lines, which are read anyway. -#}
{% set needed = 'product_count' if var('distinct_products') %}
{{ customer_segmentation.incremental_config(
    'forget_touched_customers(' ~ ("'product_count'" if needed else '') ~ ')'
) }}
{% set checked = ref('int_order_lines_checked') %}
{% set accepted = ref('int_order_lines_accepted') %}
{% set orders = ref('int_orders_totalled') %}
with
{% if is_incremental() %}
order_lines as materialized (
    {{ customer_segmentation.rows_of_touched_customers(checked, needed)
        | indent(4) }}
),

order_lines_accepted as (
    select * from order_lines
    where rejection_reason is null
),

orders as (
    {{ customer_segmentation.orders_totalled('order_lines_accepted')
        | indent(4) }}
),
{% set checked, accepted, orders =
    'order_lines', 'order_lines_accepted', 'orders' %}
{% endif %}
orders_summed as (
    {{ customer_segmentation.orders_summed(orders, 'customer_id')
        | indent(4) }}
),

latest_countries as (
    {{ customer_segmentation.latest_countries(accepted) | indent(4) }}
),

returns_totalled as (
    {{ customer_segmentation.returns_totalled(checked) | indent(4) }}
),
{% if needed %}
products_counted as (
    select
        customer_id,
        count(distinct coalesce(product_id, product_name)) as product_count
    from {{ accepted }}
    where quantity > 0
    group by 1
),
{% endif %}
final as (
    select
        orders_summed.customer_id,
        orders_summed.quantity,
        orders_summed.total_sales,
        orders_summed.order_count,
        orders_summed.first_order_date,
        orders_summed.last_order_date,
        latest_countries.country,
        returns_totalled.returned_sales,
        {%- if needed %}
        coalesce(products_counted.product_count, 0) as product_count,
        {%- else %}
        cast(null as {{ dbt.type_bigint() }}) as product_count,
        {%- endif %}
        {{ customer_segmentation.built_in_load() }} as built_in_load
    from orders_summed
    left join latest_countries
        on orders_summed.customer_id = latest_countries.customer_id
    left join returns_totalled
        on orders_summed.customer_id = returns_totalled.customer_id
    {%- if needed %}
    left join products_counted
        on orders_summed.customer_id = products_counted.customer_id
    {%- endif %}
)

select * from final
