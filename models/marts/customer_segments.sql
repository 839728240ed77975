{#- Add a family of buckets to this list, and its two columns to the contract. -#}
{% set bucket_families = ['age', 'income', 'propensity', 'spend'] %}
{#- Add a segmentation of customers to this list, and its three columns to the
    contract; with history to the next one too, and three more. One that is switched off
    has typed NULLs. -#}
{% set customer_segmentations = [
    'purchase_behaviour', 'service_value', 'demographics'
] %}
{% set history_segmentations = ['purchase_behaviour', 'service_value'] %}
{% set with_history = customer_segmentation.history_segmentations() %}
{% set enabled = customer_segmentation.enabled_segmentations() %}
{% set has_orders = customer_segmentation.has_order_lines() %}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
{% set double = customer_segmentation.column_type('double') %}
with

customers as (
    select * from {{ ref('int_customers') }}
),

customer_features as (
    select * from {{ ref('int_customer_features') }}
),

customer_buckets as (
    select * from {{ ref('int_customer_buckets') }}
),

customer_regions as (
    select * from {{ ref('int_customer_regions') }}
),

customer_propensities as (
    select * from {{ ref('int_customer_propensities') }}
),

customer_rfm as (
    select * from {{ ref('int_customer_rfm') }}
),

memberships as (
    select * from {{ ref('segment_memberships') }}
),

segmentation_quality as (
    select * from {{ ref('segmentation_quality') }}
),
{% for name in customer_segmentations if name in enabled %}
{{ name }} as (
    select
        memberships.entity_id,
        memberships.segment_id,
        memberships.segment_name,
        memberships.rule_sentence
    from memberships
    where memberships.segmentation = '{{ name }}'
),

{{ name }}_quality as (
    select
        case
            when status = 'skipped' then 'not segmented: ' || reason
            else '{{ customer_segmentation.no_order_reason(name) }}'
        end as reason
    from segmentation_quality
    where segmentation = '{{ name }}'
),
{% endfor %}
{%- if with_history %}
segment_changes as (
    select
        changes.*,
        {{ customer_segmentation.segment_label(
            'changes.previous_segment_id', 'segment_names.segment_name'
        ) | indent(8) }}
            as segment_name
    from {{ ref('int_segment_changes') }} as changes
    left join {{ ref('int_segment_names') }} as segment_names
        on
            changes.segmentation = segment_names.segmentation
            and changes.previous_segment_id = segment_names.segment_id
),
{% endif %}
final as (
    select
        customers.customer_id,
        {%- for family in bucket_families %}
        customer_buckets.{{ family }}_bucket,
        customer_buckets.{{ family }}_bucket_order,
        {%- endfor %}
        customer_regions.region,
        customer_rfm.rfm_score,
        customer_rfm.rfm_segment,
        {%- for name in customer_segmentations %}
        {%- if name in enabled %}
        coalesce({{ name }}.segment_id, 0) as {{ name }}_segment_id,
        coalesce({{ name }}.segment_name, 'Unclassified') as {{ name }}_segment,
        coalesce({{ name }}.rule_sentence, {{ name }}_quality.reason)
            as {{ name }}_reason,
        {%- else %}
        cast(null as {{ bigint }}) as {{ name }}_segment_id,
        cast(null as {{ text }}) as {{ name }}_segment,
        cast(null as {{ text }}) as {{ name }}_reason,
        {%- endif %}
        {%- if name in history_segmentations and name in with_history %}
        {{ name }}_changes.previous_segment_id
            as {{ name }}_previous_segment_id,
        {{ name }}_changes.segment_name as {{ name }}_previous_segment,
        cast({{ name }}_changes.changed_date as timestamp)
            as {{ name }}_segment_changed_at,
        {%- elif name in history_segmentations %}
        cast(null as {{ bigint }}) as {{ name }}_previous_segment_id,
        cast(null as {{ text }}) as {{ name }}_previous_segment,
        cast(null as timestamp) as {{ name }}_segment_changed_at,
        {%- endif %}
        {%- endfor %}
        {%- if has_orders %}
        coalesce(customer_features.order_count, 0) as order_count,
        coalesce(customer_features.total_sales, 0) as total_sales,
        {%- else %}
        customer_features.order_count,
        customer_features.total_sales,
        {%- endif %}
        cast(coalesce(customer_features.total_sales, 0) as {{ double }})
        / cast(
            nullif(sum(customer_features.total_sales) over (), 0)
            as {{ double }}
        ) as sales_share,
        customer_features.average_order_value,
        customer_features.recency_days,
        customer_features.tenure_days,
        customer_propensities.purchase_propensity,
        customer_rfm.recency_score,
        customer_rfm.frequency_score,
        customer_rfm.monetary_score,
        customers.as_of_date
    from customers
    inner join customer_buckets
        on customers.customer_id = customer_buckets.customer_id
    inner join customer_regions
        on customers.customer_id = customer_regions.customer_id
    left join customer_propensities
        on customers.customer_id = customer_propensities.customer_id
    left join customer_features
        on customers.customer_id = customer_features.customer_id
    left join customer_rfm on customers.customer_id = customer_rfm.customer_id
    {%- for name in customer_segmentations if name in enabled %}
    left join {{ name }} on customers.customer_id = {{ name }}.entity_id
    cross join {{ name }}_quality
    {%- endfor %}
    {%- for name in history_segmentations if name in with_history %}
    left join segment_changes as {{ name }}_changes
        on
            {{ name }}_changes.segmentation = '{{ name }}'
            and customers.customer_id = {{ name }}_changes.customer_id
    {%- endfor %}
)

select * from final
order by customer_id
