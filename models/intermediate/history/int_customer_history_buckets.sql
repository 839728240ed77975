{#- The families of the seed bucket_edges as of each period. What an input gives
    without a date (an income, an age in years) is that of today; a propensity of the
    past is not known. Quantiles of spend are those of the period. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set families = customer_segmentation.bucket_families(
    ref('int_bucket_edges')
) | rejectattr('feature', 'equalto', 'purchase_propensity')
  | rejectattr('name', 'equalto', 'propensity') | list %}
{% set has_quantiles = var('spend_buckets') is number %}
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
        {{ customer_segmentation.possible_value('age') | indent(8) }} as age,
        annual_income,
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
{% if has_quantiles %}
edges as (
    {{ customer_segmentation.spend_quantiles('valued', 'as_of_date') | indent(4) }}
),

spend as (
    {{ customer_segmentation.spend_bucket_rows('edges', 'as_of_date') | indent(4) }}
),
{% endif %}
final as (
    select
        valued.as_of_date,
        {%- for family in families %}
        {%- if has_quantiles and family.name == 'spend' %}
        coalesce(spend.bucket, 'Nothing') as spend_bucket,
        cast(coalesce(spend.bucket_order, 1) as {{ dbt.type_bigint() }})
            as spend_bucket_order,
        {%- else %}
        {{ customer_segmentation.bucket_case(
            family, 'bucket'
        ) | indent(8) }}
            as {{ family.name }}_bucket,
        {{ customer_segmentation.bucket_case(
            family, 'bucket_order'
        ) | indent(8) }}
            as {{ family.name }}_bucket_order,
        {%- endif %}
        {%- endfor %}
        valued.customer_id
    from valued
    {%- if has_quantiles %}
    left join spend
        on
            {{ customer_segmentation.in_spend_bucket() | indent(12) }}
    {%- endif %}
)

select * from final
