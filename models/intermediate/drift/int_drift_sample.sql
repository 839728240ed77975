{#- Shares and medians of more customers differ by less than any threshold. Half of them,
    a quarter and so on: those whose MD5 is low. Who is in the sample of a period depends
    on that period alone, so that closed ones keep theirs while the shop grows. -#}
{% set most_customers = customer_segmentation.drift_thresholds().sampled_customers %}
{% set names = customer_segmentation.history_segmentations() %}
{% set text = dbt.type_string() %}
with

periods as (
    {%- for name in names %}
    select
        '{{ name }}' as segmentation,
        as_of_date,
        count(*) as customer_count
    from {{ ref('int_' ~ name ~ '__period_features') }}
    group by 1, 2
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ text }}) as segmentation,
        cast(null as date) as as_of_date,
        cast(null as {{ dbt.type_bigint() }}) as customer_count
    where 1 = 0
    {%- endfor %}
),

bounded as (
    select
        segmentation,
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
    where {{ customer_segmentation.byte_order('customer_md5') }} < (
        select max({{ customer_segmentation.byte_order('bounded.md5_bound') }})
        from bounded
    )
),

final as (
    {%- for name in names %}
    select
        bounded.segmentation,
        bounded.as_of_date,
        features.entity_id
    from {{ ref('int_' ~ name ~ '__period_features') }} as features
    inner join bounded
        on
            bounded.segmentation = '{{ name }}'
            and features.as_of_date = bounded.as_of_date
    inner join candidates
        on features.entity_id = candidates.customer_id
    where
        {{ customer_segmentation.byte_order('candidates.customer_md5') }}
        < {{ customer_segmentation.byte_order('bounded.md5_bound') }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        segmentation,
        as_of_date,
        cast(null as {{ text }}) as entity_id
    from bounded
    {%- endfor %}
)

select * from final
