{#- Of whom a comparison is made again without a cause: as many as a fit reads, because
    shares and medians of more differ by less than any threshold. -#}
with

customer_features as (
    select * from {{ ref('int_customer_features') }}
),

final as (
    select customer_id
    from customer_features
    order by {{ dbt.hash('customer_id') }}
    limit 200000
)

select * from final
