{#- Shares and medians of more customers differ by less than any threshold. Half of them,
    a quarter and so on: those whose MD5 is low. Who is in the sample of a period depends
    on that period alone, so that closed ones keep theirs while the shop grows. -#}
{% set most_customers = customer_segmentation.drift_thresholds().sampled_customers %}
with

customer_history as (
    select * from {{ ref('int_customer_history') }}
),

periods as (
    select
        as_of_date,
        count(*) as customer_count
    from customer_history
    group by 1
),

bounded as (
    select
        as_of_date,
        case
            {%- for halvings in range(1, 17) %}
            when customer_count <= {{ most_customers * 2 ** (halvings - 1) }}
                {#- every MD5 lies below g #}
                then '{{ 'g' if halvings == 1 else '0' * ((halvings - 2) // 4)
                    ~ '8421'[(halvings - 2) % 4] }}'
            {%- endfor %}
            else '0001'
        end as md5_bound
    from periods
),

hashed as (
    select
        customer_id,
        {{ dbt.hash('customer_id') }} as customer_md5
    from {{ ref('int_customer_features') }}
),

-- of millions of customers few meet their history
candidates as (
    select * from hashed
    where customer_md5 < (select max(bounded.md5_bound) from bounded)
),

final as (
    select
        customer_history.as_of_date,
        customer_history.customer_id as entity_id
    from customer_history
    inner join bounded
        on customer_history.as_of_date = bounded.as_of_date
    inner join candidates
        on customer_history.customer_id = candidates.customer_id
    where candidates.customer_md5 < bounded.md5_bound
)

select * from final
