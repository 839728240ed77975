-- Nothing is lost and nothing counted twice: accepted and rejected lines are the
-- lines of the input, and their sales are its sales, to the cent. Each row names
-- the invariant that broke.
with

staged as (
    select count(*) as order_line_count
    from {{ ref('stg_inputs__order_lines') }}
),

screened as (
    select coalesce(sum(sales), 0) as sales
    from {{ ref('int_order_lines_screened') }}
),

accepted as (
    select
        count(*) as order_line_count,
        coalesce(sum(quantity), 0) as quantity,
        coalesce(sum(sales), 0) as sales
    from {{ ref('int_order_lines_accepted') }}
),

rejected as (
    select
        count(*) as order_line_count,
        count(rejection_detail) as explained_count,
        coalesce(sum(sales), 0) as sales
    from {{ ref('rejected_order_lines') }}
),

audited as (
    select
        sum(order_line_count) as order_line_count,
        sum(sales) as sales
    from {{ ref('cleaning_audit') }}
),

audited_accepted as (
    select
        order_line_count,
        sales
    from {{ ref('cleaning_audit') }}
    where reason = 'accepted'
),

orders as (
    select
        coalesce(sum(quantity), 0) as quantity,
        coalesce(sum(sales), 0) as sales
    from {{ ref('int_orders_totalled') }}
),

buyers as (
    select customer_id
    from {{ ref('int_orders_totalled') }}
    where is_purchase
    group by 1
),

buyers_orders as (
    select coalesce(sum(orders_totalled.sales), 0) as sales
    from {{ ref('int_orders_totalled') }} as orders_totalled
    inner join buyers on orders_totalled.customer_id = buyers.customer_id
),

customer_features as (
    select coalesce(sum(total_sales), 0) as sales
    from {{ ref('int_customer_features') }}
),

compared as (
    select
        'lines of the input are audited' as invariant,
        staged.order_line_count as expected,
        audited.order_line_count as found
    from staged
    cross join audited
    union all
    select
        'lines of the input are accepted or rejected' as invariant,
        staged.order_line_count as expected,
        accepted.order_line_count + rejected.order_line_count as found
    from staged
    cross join accepted
    cross join rejected
    union all
    select
        'sales of the input are audited' as invariant,
        screened.sales as expected,
        audited.sales as found
    from screened
    cross join audited
    union all
    select
        'sales of the input are accepted or rejected' as invariant,
        screened.sales as expected,
        accepted.sales + rejected.sales as found
    from screened
    cross join accepted
    cross join rejected
    union all
    select
        'accepted lines are audited as such' as invariant,
        accepted.order_line_count as expected,
        audited_accepted.order_line_count as found
    from accepted
    left join audited_accepted on 1 = 1
    union all
    select
        'accepted sales are audited as such' as invariant,
        accepted.sales as expected,
        audited_accepted.sales as found
    from accepted
    left join audited_accepted on 1 = 1
    union all
    select
        'rejected lines are explained' as invariant,
        order_line_count as expected,
        explained_count as found
    from rejected
    union all
    select
        'accepted quantities are in an order' as invariant,
        accepted.quantity as expected,
        orders.quantity as found
    from accepted
    cross join orders
    union all
    select
        'accepted sales are in an order' as invariant,
        accepted.sales as expected,
        orders.sales as found
    from accepted
    cross join orders
    union all
    select
        'sales of the buyers are in their features' as invariant,
        buyers_orders.sales as expected,
        customer_features.sales as found
    from buyers_orders
    cross join customer_features
)

select * from compared
where
    {{ not customer_segmentation.is_empty_run() }}
    and (expected is null or found is null or expected <> found)
