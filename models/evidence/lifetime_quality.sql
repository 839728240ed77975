with

fit as (
    select * from {{ ref('int_lifetime_fit') }}
    where part = 'quality'
),

final as (
    select
        model,
        decile,
        cast(customer_count as {{ dbt.type_bigint() }}) as customer_count,
        actual,
        expected,
        mean_absolute_error,
        reason
    from fit
)

select * from final
order by model, decile
