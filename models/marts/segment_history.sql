{#- Add a segmentation with history to this list, and its three columns to the contract.
    One that is switched off has typed NULLs. -#}
{% set segmentations = ['purchase_behaviour', 'service_value'] %}
{% set enabled = customer_segmentation.history_segmentations() %}
{% set bucket_families = ['age', 'income', 'spend'] %}
{% set text = dbt.type_string() %}
{% set bigint = dbt.type_bigint() %}
with

customer_history as (
    select * from {{ ref('int_customer_history') }}
),

rfm as (
    select * from {{ ref('int_customer_history_rfm') }}
),

buckets as (
    select * from {{ ref('int_customer_history_buckets') }}
),

segment_names as (
    select * from {{ ref('int_segment_names') }}
),
{% for name in segmentations if name in enabled %}
{{ name }} as (
    select
        placed.as_of_date,
        placed.entity_id,
        placed.segment_id,
        segment_names.segment_name,
        placed.rules_hash
    from {{ ref('int_' ~ name ~ '__period_segments') }} as placed
    left join segment_names
        on
            segment_names.segmentation = '{{ name }}'
            and placed.segment_id = segment_names.segment_id
),
{% endfor %}
final as (
    select
        customer_history.customer_id,
        customer_history.period_start,
        customer_history.as_of_date,
        customer_history.order_count,
        customer_history.total_sales,
        customer_history.average_order_value,
        customer_history.recency_days,
        customer_history.tenure_days,
        {%- for family in bucket_families %}
        buckets.{{ family }}_bucket,
        buckets.{{ family }}_bucket_order,
        {%- endfor %}
        {%- for name in segmentations %}
        {%- if name in enabled %}
        coalesce({{ name }}.segment_id, 0) as {{ name }}_segment_id,
        {{ customer_segmentation.segment_label(
            name ~ '.segment_id', name ~ '.segment_name'
        ) | indent(8) }}
            as {{ name }}_segment,
        {{ name }}.rules_hash as {{ name }}_rules_hash,
        {%- else %}
        cast(null as {{ bigint }}) as {{ name }}_segment_id,
        cast(null as {{ text }}) as {{ name }}_segment,
        cast(null as {{ text }}) as {{ name }}_rules_hash,
        {%- endif %}
        {%- endfor %}
        rfm.recency_score,
        rfm.frequency_score,
        rfm.monetary_score,
        rfm.rfm_score,
        rfm.rfm_segment
    from customer_history
    inner join rfm
        on
            customer_history.as_of_date = rfm.as_of_date
            and customer_history.customer_id = rfm.customer_id
    inner join buckets
        on
            customer_history.as_of_date = buckets.as_of_date
            and customer_history.customer_id = buckets.customer_id
    {%- for name in segmentations if name in enabled %}
    left join {{ name }}
        on
            customer_history.as_of_date = {{ name }}.as_of_date
            and customer_history.customer_id = {{ name }}.entity_id
    {%- endfor %}
)

select * from final
order by
    period_start,
    customer_id
