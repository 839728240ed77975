{#- Default names, which people overrule together with description and action in the
    seed segment_names. -#}
{% set text = dbt.type_string() %}
with

active_rules as (
    select * from {{ ref('int_active_rules') }}
),

segment_names as (
    select * from {{ ref('segment_names') }}
),

named as (
    {{ customer_segmentation.default_segment_names(
        ref('int_segment_centroids')
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
),

final as (
    select
        all_segments.segmentation,
        all_segments.segment_id,
        coalesce(
            segment_names.segment_name,
            named.default_name,
            -- a person wrote it into the rules, and no cluster stands for it
            'Segment ' || cast(all_segments.segment_id as {{ text }})
        ) as segment_name,
        coalesce(
            segment_names.segment_description,
            named.default_description,
            'As its rules say.'
        ) as segment_description,
        coalesce(
            segment_names.recommended_action,
            named.default_action,
            'Look at the profile and decide.'
        ) as recommended_action
    from all_segments
    left join named
        on
            all_segments.segmentation = named.segmentation
            and all_segments.segment_id = named.segment_id
    left join segment_names
        on
            all_segments.segmentation = segment_names.segmentation
            and all_segments.segment_id = segment_names.segment_id
)

select * from final
