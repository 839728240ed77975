{#- The edges stand once, in the seed bucket_edges; each family is a join, so that
    changing an edge is changing a row. -#}
{% set families = {
    'age': 'age',
    'income': 'annual_income',
    'propensity': 'purchase_propensity',
    'spend': 'recent_sales',
} %}
{% set double = customer_segmentation.column_type('double') %}
with

customers as (
    select * from {{ ref('int_customers') }}
),

customer_spend as (
    select * from {{ ref('int_customer_spend') }}
),

bucket_edges as (
    select * from {{ ref('bucket_edges') }}
),

-- an age or an income that no one has is unknown, not the outermost bucket
valued as (
    select
        customers.customer_id,
        customers.region,
        case
            when customers.age between 0 and 120 then customers.age
        end as age,
        case
            when customers.annual_income >= 0
                then cast(customers.annual_income as {{ double }})
        end as annual_income,
        case
            when customers.purchase_propensity between 0 and 1
                then customers.purchase_propensity
        end as purchase_propensity,
        cast(customer_spend.recent_sales as {{ double }}) as recent_sales
    from customers
    inner join customer_spend
        on customers.customer_id = customer_spend.customer_id
),
{% for family in families %}
{{ family }}_edges as (
    select
        bucket,
        lower_edge,
        upper_edge
    from bucket_edges
    where family = '{{ family }}'
),
{% endfor %}
final as (
    select
        valued.customer_id,
        {%- for family in families %}
        coalesce({{ family }}_edges.bucket, 'Unknown') as {{ family }}_bucket,
        {%- endfor %}
        coalesce(valued.region, 'Unknown') as region,
        valued.purchase_propensity
    from valued
    {% for family, column in families.items() %}
    left join {{ family }}_edges
        on
            valued.{{ column }} is not null
            and (
                {{ family }}_edges.lower_edge is null
                or valued.{{ column }} >= {{ family }}_edges.lower_edge
            )
            and (
                {{ family }}_edges.upper_edge is null
                or valued.{{ column }} < {{ family }}_edges.upper_edge
            )
    {%- endfor %}
)

select * from final
