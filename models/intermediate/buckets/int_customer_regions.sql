{#- A region that the customers input gives wins. Else the seed `regions` maps what is
    known of the place, the narrowest first; what it does not name stays itself. -#}
with

customers as (
    select * from {{ ref('int_customers') }}
),

regions as (
    select * from {{ ref('regions') }}
),

places as (
    select distinct
        postal_code,
        state,
        country
    from customers
    where region is null
),

postal_codes as (
    select distinct postal_code
    from places
),

postal_matches as (
    select
        postal_codes.postal_code,
        regions.region,
        row_number() over (
            partition by postal_codes.postal_code
            order by length(regions.name) desc
        ) as match_rank
    from postal_codes
    inner join regions
        on
            regions.place = 'postal_prefix'
            and lower(substr(postal_codes.postal_code, 1, length(regions.name)))
            = lower(regions.name)
),

mapped as (
    select
        places.postal_code,
        places.state,
        places.country,
        coalesce(
            postal_matches.region,
            states.region,
            countries.region,
            places.state,
            places.country
        ) as region
    from places
    left join postal_matches
        on
            places.postal_code = postal_matches.postal_code
            and postal_matches.match_rank = 1
    left join regions as states
        on
            states.place = 'state'
            and lower(places.state) = lower(states.name)
    left join regions as countries
        on
            countries.place = 'country'
            and lower(places.country) = lower(countries.name)
),

final as (
    select
        customers.customer_id,
        coalesce(customers.region, mapped.region, 'Unknown') as region
    from customers
    left join mapped
        on
            customers.postal_code is not distinct from mapped.postal_code
            and customers.state is not distinct from mapped.state
            and customers.country is not distinct from mapped.country
)

select * from final
