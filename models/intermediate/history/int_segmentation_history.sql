{#- Where every customer stood at the end of each period, and what was bought in it.
    Whose features lie outside the window of a segmentation is absent from it; one in
    which nobody was ever placed has no history. -#}
{% set bigint = dbt.type_bigint() %}
{% set names = customer_segmentation.history_segmentations() %}
with

customer_history as (
    select * from {{ ref('int_customer_history') }}
),

period_orders as (
    select * from {{ ref('int_period_orders') }}
),

segmentations as (
    {%- for name in names %}
    select '{{ name }}' as segmentation
    where exists (
        select 1 from {{ ref('int_' ~ name ~ '__period_segments') }}
    )
    {{ 'union all' if not loop.last }}
    {%- else %}
    select cast(null as {{ dbt.type_string() }}) as segmentation
    where 1 = 0
    {%- endfor %}
),

final as (
    {%- for name in names or [none] %}
    select
        segmentations.segmentation,
        customer_history.period_start,
        customer_history.as_of_date,
        customer_history.customer_id,
        {%- if name %}
        coalesce(segments.segment_id, 0) as segment_id,
        segments.segment_id is not null as is_present,
        segments.rules_hash,
        {%- else %}
        cast(null as {{ bigint }}) as segment_id,
        false as is_present,
        cast(null as {{ dbt.type_string() }}) as rules_hash,
        {%- endif %}
        coalesce(period_orders.order_count, 0) as order_count,
        coalesce(period_orders.sales, 0) as sales
    from customer_history
    inner join segmentations
        on segmentations.segmentation = '{{ name or '' }}'
    left join period_orders
        on
            customer_history.as_of_date = period_orders.as_of_date
            and customer_history.customer_id = period_orders.customer_id
    {%- if name %}
    left join {{ ref('int_' ~ name ~ '__period_segments') }} as segments
        on
            customer_history.as_of_date = segments.as_of_date
            and customer_history.customer_id = segments.entity_id
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
