-- Names that people gave in the seed segment_names: to a number that no segment has or
-- had, to several segments, or the name of those whom no rule holds.
{{ config(severity='warn') }}
{% set retired = [] %}
{% for name in customer_segmentation.enabled_segmentations() %}
{% for row in customer_segmentation.retired_segments(name) %}
{% do retired.append(
    "union distinct select '" ~ name ~ "' as segmentation, "
    ~ row.segment_id ~ ' as segment_id'
) %}
{% endfor %}
{% endfor %}
{% set query %}
with

segments as (
    select
        segmentation,
        segment_id,
        segment_name
    from {{ ref('segments') }}
    where segment_id > 0
),

segment_names as (
    select * from {{ ref('segment_names') }}
    where segmentation in (select segments.segmentation from segments)
),

known as (
    select
        segmentation,
        segment_id
    from {{ ref('metric_by_segment') }}
    union distinct
    select
        segmentation,
        segment_id
    from segments
    {{ retired | join('\n    ') }}
),

final as (
    select
        segment_names.segmentation,
        segment_names.segment_id,
        segment_names.segment_name,
        'no segment has this number' as fault
    from segment_names
    left join known
        on
            segment_names.segmentation = known.segmentation
            and segment_names.segment_id = known.segment_id
    where known.segment_id is null
    union all
    select
        segmentation,
        max(segment_id) as segment_id,
        segment_name,
        case
            when count(*) > 1 then 'several segments have this name'
            else 'the name of those whom no rule holds'
        end as fault
    from segments
    group by 1, 3
    having count(*) > 1 or segment_name = 'Unclassified'
)

select * from final
{% endset %}
{% if execute and flags.WHICH in ['build', 'test']
    and load_relation(ref('segments')) %}
    {% for segmentation, segment_id, name, fault in run_query(query).rows %}
        {% do exceptions.warn(
            'seed segment_names: ' ~ segmentation ~ ' ' ~ segment_id ~ ', '
            ~ customer_segmentation.shown(name) ~ ': ' ~ fault
            ~ '. The mart segments has the numbers and names that there are.'
        ) %}
    {% endfor %}
{% endif %}

{{ query }}
