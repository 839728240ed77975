{#- The seed, with the spend family replaced where the var spend_buckets says so. -#}
{% set spend_buckets = var('spend_buckets') %}
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

edges as (
    {{ customer_segmentation.spend_quantiles('customer_spend') | indent(4) }}
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
    {{ customer_segmentation.spend_bucket_rows('edges') | indent(4) }}
),

final as (
    select {{ columns }}
    from seeded
    where family <> 'spend'
    union all
    select
        'spend' as family,
        'recent_sales' as feature,
        bucket,
        lower_edge,
        upper_edge,
        bucket_order
    from spend
)

select * from final
{%- endif %}
