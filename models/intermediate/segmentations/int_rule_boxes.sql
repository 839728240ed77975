{#- Whatever decides by ranges, as boxes of the space of its features: the rules in
    force, proposed ones beside approved ones, the bucket edges and the RFM codes.
    A condition that is no box has none, and has_intervals says so. -#}
{% set double = customer_segmentation.column_type('double') %}
{% set bigint = dbt.type_bigint() %}
{% set parts = customer_segmentation.segmentation_parts(
    ['rules', 'features']
) %}
with

bucket_edges as (
    select * from {{ ref('int_bucket_edges') }}
),

rfm_segments as (
    select * from {{ ref('rfm_segments') }}
),

rule_boxes as (
    {%- for part in parts if execute %}
    {{ customer_segmentation.printed_boxes(
        part.name, part.rules, part.features
    ) | indent(4) }}
    union all
    {%- endfor %}
    {{ customer_segmentation.printed_boxes(none, none) | indent(4) }}
),

bucket_boxes as (
    select
        'buckets' as rule_set_kind,
        family as rule_set,
        'active' as rule_version,
        bucket_order as rule_id,
        bucket_order as segment_id,
        1 as box_id,
        family as feature,
        lower_edge as lower_bound,
        true as is_lower_inclusive,
        upper_edge as upper_bound,
        false as is_upper_inclusive,
        true as includes_values,
        false as includes_null,
        true as has_intervals,
        false as places_null,
        false as is_whole
    from bucket_edges
),

-- scores are whole: 2 stands for everything above 1 and at most 2
rfm_boxes as (
    {%- for score in ['recency', 'frequency', 'monetary'] %}
    select
        'rfm' as rule_set_kind,
        'rfm_segments' as rule_set,
        'active' as rule_version,
        100 * recency_score + 10 * frequency_score + monetary_score
            as rule_id,
        100 * recency_score + 10 * frequency_score + monetary_score
            as segment_id,
        1 as box_id,
        '{{ score }}_score' as feature,
        nullif({{ score }}_score, 1) - 1 as lower_bound,
        false as is_lower_inclusive,
        nullif({{ score }}_score, 5) as upper_bound,
        true as is_upper_inclusive,
        true as includes_values,
        false as includes_null,
        true as has_intervals,
        false as places_null,
        false as is_whole
    from rfm_segments
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

unioned as (
    select * from rule_boxes
    union all
    select * from bucket_boxes
    union all
    select * from rfm_boxes
),

final as (
    select
        rule_set_kind,
        rule_set,
        rule_version,
        cast(rule_id as {{ bigint }}) as rule_id,
        cast(segment_id as {{ bigint }}) as segment_id,
        cast(box_id as {{ bigint }}) as box_id,
        feature,
        cast(lower_bound as {{ double }}) as lower_bound,
        is_lower_inclusive,
        cast(upper_bound as {{ double }}) as upper_bound,
        is_upper_inclusive,
        includes_values,
        includes_null,
        has_intervals,
        places_null,
        is_whole
    from unioned
    where rule_set is not null
)

select * from final
