{#- With var `incremental` what is known of buyers is kept, and while there is no input
    of customers, this is a view of it. Totals take the place of orders. -#}
{% set has_totals = customer_segmentation.is_given('customer_totals') %}
{% set is_kept = var('incremental') and not has_totals %}
{{ config(
    materialized='view' if is_kept
        and customer_segmentation.input_kind('customers') == 'absent' else 'table'
) }}
{% set double = customer_segmentation.column_type('double') %}
{% set further_features = customer_segmentation.further_features() %}
with

customers as (
    select * from {{ ref('stg_inputs__customers') }}
),

{% if is_kept -%}
buyers as (
    select * from {{ ref('int_customer_orders_summed') }}
),
{%- else -%}
customer_features as (
    select * from {{ ref('int_customer_features') }}
),
{%- endif %}

as_of_date as (
    select as_of_date from {{ ref('int_as_of_date') }}
),

-- The contract of `customers` is one row per customer; a test says so. Should a
-- customer come twice all the same, one whole row is kept, always the same.
customers_numbered as (
    select
        *,
        row_number() over (
            partition by customer_id
            order by
                birth_date,
                age,
                annual_income,
                {{ customer_segmentation.byte_order('region') }},
                {{ customer_segmentation.byte_order('country') }},
                {{ customer_segmentation.byte_order('state') }},
                {{ customer_segmentation.byte_order('postal_code') }},
                spending_score,
                {%- for feature in further_features %}
                {{ feature }},
                {%- endfor %}
                purchase_propensity
        ) as row_number_of_customer
    from customers
    where customer_id is not null
),

{% if not is_kept -%}
latest_countries as (
    {{ customer_segmentation.latest_countries(
        ref('int_order_lines_accepted')
    ) | indent(4) }}
),

customer_ids as (
    select customer_id from customers_numbered
    union distinct
    select customer_id from customer_features
    {%- if has_totals %}
    union distinct
    select customer_id from {{ ref('stg_inputs__customer_totals') }}
    where customer_id is not null
    {%- endif %}
),

{% endif -%}
described as (
    select
        {%- if is_kept %}
        coalesce(customers_numbered.customer_id, buyers.customer_id)
            as customer_id,
        {%- else %}
        customer_ids.customer_id,
        {%- endif %}
        customers_numbered.region,
        coalesce(
            customers_numbered.country,
            {{ 'buyers' if is_kept else 'latest_countries' }}.country
        ) as country,
        customers_numbered.state,
        customers_numbered.postal_code,
        {%- for feature in further_features %}
        customers_numbered.{{ feature }},
        {%- endfor %}
        customers_numbered.birth_date,
        customers_numbered.age,
        customers_numbered.annual_income,
        customers_numbered.spending_score,
        customers_numbered.purchase_propensity,
        coalesce(
            customers_numbered.region,
            customers_numbered.country,
            customers_numbered.state,
            customers_numbered.postal_code
        ) is not null as is_place_given,
        as_of_date.as_of_date
    {%- if is_kept %}
    from customers_numbered
    full outer join buyers
        on customers_numbered.customer_id = buyers.customer_id
    cross join as_of_date
    where
        customers_numbered.row_number_of_customer = 1
        or (customers_numbered.customer_id is null and buyers.order_count > 0)
    {%- else %}
    from customer_ids
    left join customers_numbered
        on
            customer_ids.customer_id = customers_numbered.customer_id
            and customers_numbered.row_number_of_customer = 1
    left join latest_countries
        on customer_ids.customer_id = latest_countries.customer_id
    cross join as_of_date
    {%- endif %}
),

aged as (
    select
        *,
        coalesce(
            cast(age as {{ double }}),
            {{ customer_segmentation.age_in_years(
                'birth_date', 'as_of_date'
            ) | indent(12) }}
        ) as current_age
    from described
),

final as (
    select
        customer_id,
        region,
        country,
        state,
        postal_code,
        {%- for feature in further_features %}
        {{ feature }},
        {%- endfor %}
        birth_date,
        age as given_age,
        {{ customer_segmentation.possible_value('age', 'current_age')
            | indent(8) }}
            as age,
        {{ customer_segmentation.possible_value('annual_income') | indent(8) }}
            as annual_income,
        cast(purchase_propensity as {{ double }}) as purchase_propensity,
        cast({{ customer_segmentation.possible_value('spending_score')
            | indent(8) }} as {{ double }}) as spending_score,
        is_place_given,
        as_of_date
    from aged
)

select * from final
