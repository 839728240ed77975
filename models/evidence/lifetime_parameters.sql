with

fit as (
    select * from {{ ref('int_lifetime_fit') }}
    where part = 'parameter'
),

final as (
    select
        model,
        parameter,
        value,
        log_likelihood,
        cast(customer_count as {{ dbt.type_bigint() }}) as customer_count,
        frequency_value_correlation,
        is_usable,
        reason
    from fit
)

select * from final
order by model, parameter
