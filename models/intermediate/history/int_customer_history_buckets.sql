{#- The families of the seed bucket_edges as of each period. What an input gives
    without a date (an income, an age in years) is that of today; a propensity of the
    past is not known. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set families = customer_segmentation.bucket_families(
    ref('int_bucket_edges')
) | rejectattr('feature', 'equalto', 'purchase_propensity')
  | rejectattr('name', 'equalto', 'propensity') | list %}
-- noqa: disable=LT02
-- expressions are printed here, on lines of their own
with

customer_history as (
    select * from {{ ref('int_customer_history') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

aged as (
    select
        customer_history.as_of_date,
        customer_history.customer_id,
        coalesce(
            cast(customers.given_age as {{ double }}),
            {{ customer_segmentation.age_in_years(
                'customers.birth_date', 'customer_history.as_of_date'
            ) | indent(12) }}
        ) as age,
        cast(customers.annual_income as {{ double }}) as annual_income,
        cast(customer_history.recent_sales as {{ double }}) as recent_sales,
        {%- for feature in customer_segmentation.further_features() %}
        cast(customers.{{ feature }} as {{ double }}) as {{ feature }},
        {%- endfor %}
        cast(customer_history.order_count as {{ double }}) as order_count,
        cast(customer_history.total_sales as {{ double }}) as total_sales,
        cast(customer_history.average_order_value as {{ double }})
            as average_order_value,
        cast(customer_history.recency_days as {{ double }}) as recency_days,
        cast(customer_history.tenure_days as {{ double }}) as tenure_days
    from customer_history
    inner join customers
        on customer_history.customer_id = customers.customer_id
),

valued as (
    select
        as_of_date,
        customer_id,
        case when age between 0 and 120 then age end as age,
        case when annual_income >= 0 then annual_income end as annual_income,
        {%- for feature in customer_segmentation.further_features() %}
        {{ feature }},
        {%- endfor %}
        recent_sales,
        order_count,
        total_sales,
        average_order_value,
        recency_days,
        tenure_days
    from aged
),

final as (
    select
        as_of_date,
        {%- for family in families %}
        {{ customer_segmentation.bucket_case(
            family, 'bucket'
        ) | indent(8) }}
            as {{ family.name }}_bucket,
        {{ customer_segmentation.bucket_case(
            family, 'bucket_order'
        ) | indent(8) }}
            as {{ family.name }}_bucket_order,
        {%- endfor %}
        customer_id
    from valued
)

select * from final
