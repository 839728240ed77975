{#- A fixed span, so that the same data give the same answer tomorrow. -#}
with

days as (
    {{ dbt.date_spine(
        'day', "cast('2000-01-01' as date)", "cast('2040-01-01' as date)"
    ) | indent(4) }}
),

final as (
    select cast(date_day as date) as date_day
    from days
)

select * from final
