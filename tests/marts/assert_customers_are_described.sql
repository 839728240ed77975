-- Every customer is there once, in a segment that exists and bears that name, with
-- a reason, and in buckets of the seed. Each row names the invariant that broke
-- and the customer.
{%- set wide_columns = [] %}
{%- if execute %}
{%- for node in graph.nodes.values() if node.name == 'customer_segments' %}
{%- do wide_columns.extend(node.columns) %}
{%- endfor %}
{%- endif %}
with

customers as (
    select customer_id from {{ ref('int_customers') }}
),

customer_segments as (
    select * from {{ ref('customer_segments') }}
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name
    from {{ ref('segments') }}
),

buckets as (
    select
        family,
        bucket
    from {{ ref('int_bucket_edges') }}
    union distinct
    select
        family,
        'Unknown' as bucket
    from {{ ref('int_bucket_edges') }}
),

found as (
    select
        'a customer is in the wide mart' as invariant,
        coalesce(customers.customer_id, customer_segments.customer_id)
            as customer_id
    from customers
    full outer join customer_segments
        on customers.customer_id = customer_segments.customer_id
    where
        customers.customer_id is null
        or customer_segments.customer_id is null
    {%- for family in ['age', 'income', 'spend', 'propensity'] %}
    union all
    select
        '{{ family }}_bucket is in the seed' as invariant,
        customer_segments.customer_id
    from customer_segments
    left join buckets
        on
            customer_segments.{{ family }}_bucket = buckets.bucket
            and buckets.family = '{{ family }}'
    where buckets.bucket is null
    {%- endfor %}
    {%- for name in customer_segmentation.customer_segmentations()
        if name ~ '_segment_id' in wide_columns %}
    union all
    select
        '{{ name }}: the segment exists and bears this name' as invariant,
        customer_segments.customer_id
    from customer_segments
    left join segments
        on
            customer_segments.{{ name }}_segment_id = segments.segment_id
            and customer_segments.{{ name }}_segment = segments.segment_name
            and segments.segmentation = '{{ name }}'
    where
        customer_segments.{{ name }}_segment_id is null
        or (
            customer_segments.{{ name }}_segment_id > 0
            and segments.segment_id is null
        )
        or (
            customer_segments.{{ name }}_segment_id = 0
            and customer_segments.{{ name }}_segment <> 'Unclassified'
        )
    union all
    select
        '{{ name }}: there is a reason' as invariant,
        customer_id
    from customer_segments
    where {{ name }}_reason is null
    {%- endfor %}
)

select * from found
