{#- The seed, with the spend family replaced where the var spend_buckets says so. -#}
{% set spend_buckets = var('spend_buckets') %}
{% set double = customer_segmentation.column_type('double') %}
{% set columns = 'family, feature, bucket, lower_edge, upper_edge, '
    ~ 'bucket_order' %}
-- dbt cannot see at parse time whether quantiles are asked for
-- depends_on: {{ ref('int_customer_spend') }}
with

seeded as (
    select {{ columns }}
    from {{ ref('bucket_edges') }}
){% if spend_buckets is none %}

select * from seeded
{%- else %},

{% if spend_buckets is number -%}
customer_spend as (
    select * from {{ ref('int_customer_spend') }}
),

-- equal quantiles are one edge, so that equal spenders share a bucket
edges as (
    {%- for number in range(1, spend_buckets) %}
    select
        cast(
            percentile_disc(
                cast({{ number / spend_buckets }} as {{ double }})
            ) within group (order by recent_sales)
            as decimal(18, 2)
        ) as edge
    from customer_spend
    where recent_sales > 0
    {{ 'union' if not loop.last }}
    {%- endfor %}
),
{%- else -%}
edges as (
    {%- for edge in spend_buckets %}
    select cast({{ edge }} as decimal(18, 2)) as edge
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),
{%- endif %}

spend as (
    select
        cast(lag(edge) over (order by edge) as decimal(18, 2)) as lower_edge,
        edge as upper_edge
    from edges
    where edge > 0.01
    union all
    select
        max(edge) as lower_edge,
        cast(null as decimal(18, 2)) as upper_edge
    from edges
),

named as (
    select
        case
            when lower_edge is null and upper_edge is null
                then 'Something'
            when lower_edge is null
                then 'Under ' || cast(upper_edge as {{ dbt.type_string() }})
            when upper_edge is null
                then cast(lower_edge as {{ dbt.type_string() }}) || ' and over'
            else
                cast(lower_edge as {{ dbt.type_string() }})
                || ' to ' || cast(upper_edge as {{ dbt.type_string() }})
        end as bucket,
        coalesce(lower_edge, 0.01) as lower_edge,
        upper_edge
    from spend
),

final as (
    select {{ columns }}
    from seeded
    where family <> 'spend'
    union all
    select
        'spend' as family,
        'recent_sales' as feature,
        'Nothing' as bucket,
        null as lower_edge,
        0.01 as upper_edge,
        1 as bucket_order
    union all
    select
        'spend' as family,
        'recent_sales' as feature,
        bucket,
        lower_edge,
        upper_edge,
        1 + row_number() over (order by lower_edge) as bucket_order
    from named
)

select * from final
{%- endif %}
