{#- The last other segment that each customer was in at the end of a period, and since
    when the one of today holds. -#}
{% set names = customer_segmentation.history_segmentations() %}
with

history as (
    select * from {{ ref('int_segmentation_history') }}
),

as_of_date as (
    select as_of_date from {{ ref('int_as_of_date') }}
),

placed_today as (
    {%- for name in names %}
    select
        '{{ name }}' as segmentation,
        entity_id,
        segment_id
    from {{ ref('int_' ~ name ~ '__segments') }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ customer_segmentation._no_segmentation(
        'entity_id, segment_id'
    ) | indent(4) }}
    {%- endfor %}
),

compared as (
    select
        history.segmentation,
        history.customer_id,
        history.as_of_date,
        history.segment_id,
        history.segment_id <> coalesce(placed_today.segment_id, 0) as is_other
    from history
    left join placed_today
        on
            history.segmentation = placed_today.segmentation
            and history.customer_id = placed_today.entity_id
),

last_others as (
    select
        segmentation,
        customer_id,
        max(as_of_date) as as_of_date
    from compared
    where is_other
    group by 1, 2
),

final as (
    select
        compared.segmentation,
        compared.customer_id,
        max(case
            when compared.as_of_date = last_others.as_of_date
                then compared.segment_id
        end) as previous_segment_id,
        coalesce(
            min(case
                when compared.as_of_date > last_others.as_of_date
                    then compared.as_of_date
            end),
            max(as_of_date.as_of_date)
        ) as changed_date
    from compared
    inner join last_others
        on
            compared.segmentation = last_others.segmentation
            and compared.customer_id = last_others.customer_id
    cross join as_of_date
    group by 1, 2
)

select * from final
