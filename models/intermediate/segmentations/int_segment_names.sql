{#- Default names, which people overrule together with description and action in the
    seed segment_names. -#}
{% set text = dbt.type_string() %}
with

active_rules as (
    select * from {{ ref('int_active_rules') }}
),

segment_names as (
    select
        segmentation,
        segment_id,
        {{ customer_segmentation.clean_text('segment_name') }} as segment_name,
        {{ customer_segmentation.clean_text('segment_description') }}
            as segment_description,
        {{ customer_segmentation.clean_text('recommended_action') }}
            as recommended_action
    from {{ ref('segment_names') }}
),

named as (
    {{ customer_segmentation.default_segment_names(
        ref('int_segment_centroids')
    ) | indent(4) }}
),

retired as (
    {%- for name in customer_segmentation.enabled_segmentations() %}
    {%- for row in customer_segmentation.retired_segments(name) %}
    select
        '{{ name }}' as segmentation,
        cast({{ row.segment_id }} as {{ dbt.type_bigint() }}) as segment_id,
        {{ customer_segmentation.sql_text(row.segment_name) }} as segment_name
    union all
    {%- endfor %}
    {%- endfor %}
    {{ customer_segmentation._no_segmentation(
        'segment_id, segment_name'
    ) | indent(4) }}
),

all_segments as (
    select
        segmentation,
        segment_id
    from named
    union distinct
    select
        segmentation,
        segment_id
    from segment_names
    where segment_id > 0
    union distinct
    select
        segmentation,
        segment_id
    from active_rules
    where segment_id > 0
    union distinct
    select
        segmentation,
        segment_id
    from retired
),

final as (
    select
        all_segments.segmentation,
        all_segments.segment_id,
        coalesce(
            segment_names.segment_name,
            named.default_name,
            retired.segment_name,
            -- a person wrote it into the rules, and no cluster stands for it
            'Segment ' || cast(all_segments.segment_id as {{ text }})
        ) as segment_name,
        coalesce(
            segment_names.segment_description,
            named.default_description,
            case
                when retired.segment_id is not null
                    then 'A segment of the past.'
                else 'As its rules say.'
            end
        ) as segment_description,
        coalesce(
            segment_names.recommended_action,
            named.default_action,
            case
                when retired.segment_id is not null
                    then 'Nothing: no rule leads there any more.'
                else 'Look at the profile and decide.'
            end
        ) as recommended_action
    from all_segments
    left join named
        on
            all_segments.segmentation = named.segmentation
            and all_segments.segment_id = named.segment_id
    left join retired
        on
            all_segments.segmentation = retired.segmentation
            and all_segments.segment_id = retired.segment_id
    left join segment_names
        on
            all_segments.segmentation = segment_names.segmentation
            and all_segments.segment_id = segment_names.segment_id
)

select * from final
