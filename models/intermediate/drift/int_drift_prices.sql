{#- How prices changed between the orders of two periods' features, where a check is not
    stable: the index of Törnqvist (1936) over the products sold in both, at the mean
    price paid for each. -#}
{% set double = customer_segmentation.column_type('double') %}
with

order_lines as (
    select * from {{ ref('int_order_lines_accepted') }}
    where quantity > 0 and sales > 0
),

periods as (
    select * from {{ ref('int_drift_periods') }}
),

checks as (
    select * from {{ ref('int_drift_checks') }}
    where drift_level <> 'stable'
),

compared as (
    select *
    from periods
    where comparison_id in (select checks.comparison_id from checks)
),

product_days as (
    select
        coalesce(product_id, product_name) as product_id,
        cast(ordered_at as date) as sold_date,
        sum(quantity) as quantity,
        sum(sales) as sales
    from order_lines
    where coalesce(product_id, product_name) is not null
    group by 1, 2
),

products as (
    select
        compared.comparison_id,
        product_days.product_id,
        cast(sum(case
            when
                product_days.sold_date >= compared.reference_first_date
                and product_days.sold_date <= compared.reference_period_end
                then product_days.sales
        end) as decimal(18, 4)) as reference_sales,
        cast(sum(case
            when
                product_days.sold_date >= compared.reference_first_date
                and product_days.sold_date <= compared.reference_period_end
                then product_days.quantity
        end) as decimal(18, 4)) as reference_quantity,
        cast(sum(case
            when product_days.sold_date >= compared.first_date
                then product_days.sales
        end) as decimal(18, 4)) as current_sales,
        cast(sum(case
            when product_days.sold_date >= compared.first_date
                then product_days.quantity
        end) as decimal(18, 4)) as current_quantity
    from product_days
    inner join compared
        on
            product_days.sold_date >= compared.reference_first_date
            and product_days.sold_date <= compared.period_end
    group by 1, 2
),

products_in_both as (
    select
        *,
        cast(reference_sales as {{ double }}) / cast(
            sum(reference_sales) over (partition by comparison_id)
            as {{ double }}
        ) as reference_share,
        cast(current_sales as {{ double }}) / cast(
            sum(current_sales) over (partition by comparison_id)
            as {{ double }}
        ) as current_share,
        cast(reference_sales as {{ double }})
        / cast(reference_quantity as {{ double }}) as reference_price,
        cast(current_sales as {{ double }})
        / cast(current_quantity as {{ double }}) as current_price
    from products
    where reference_sales > 0 and current_sales > 0
),

final as (
    select
        comparison_id,
        count(*) as product_count,
        {{ customer_segmentation.rounded(
            'exp(' ~ customer_segmentation.exact_sum(
                '(reference_share + current_share) / 2'
                ~ ' * ln(current_price / reference_price)'
            ) ~ ') - 1', 6
        ) }} as price_change
    from products_in_both
    group by 1
)

select * from final
