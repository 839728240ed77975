{#- CTEs of the places at which the bounds of each set of rules cut its features. -#}
{% macro _rule_places(boxes) -%}
{%- set text = dbt.type_string() -%}
{%- set double = customer_segmentation.column_type('double') -%}
boxes as (
    select
        *,
        rule_set_kind || ' ' || rule_version || ' ' || rule_set as set_key,
        cast(rule_id as {{ text }}) || ':' || cast(box_id as {{ text }}) as box_key,
        dense_rank() over (
            partition by rule_set_kind, rule_version, rule_set
            order by feature is null, {{ customer_segmentation.byte_order('feature') }}
        ) as feature_rank
    from {{ boxes }}
    where has_intervals
),

rules as (
    select
        set_key,
        rule_set_kind,
        rule_set,
        rule_version,
        box_key,
        rule_id,
        segment_id,
        places_null,
        max(case when feature is null then 0 else feature_rank end) as last_rank
    from boxes
    group by 1, 2, 3, 4, 5, 6, 7, 8
),

features as (
    select distinct
        set_key,
        feature,
        feature_rank,
        places_null,
        is_whole
    from boxes
    where feature is not null
),

cuts as (
    {%- for bound in ['lower_bound', 'upper_bound'] %}
    select
        set_key,
        feature_rank,
        {{ bound }} as cut
    from boxes
    where {{ bound }} is not null
    {{ 'union distinct' if not loop.last }}
    {%- endfor %}
),

neighbours as (
    select
        set_key,
        feature_rank,
        cut,
        lag(cut) over (
            partition by set_key, feature_rank order by cut
        ) as previous_cut,
        lead(cut) over (
            partition by set_key, feature_rank order by cut
        ) as next_cut
    from cuts
),

-- from a bound to itself, or an open range between two neighbours; without any
-- bound all values are one place
places as (
    select
        set_key,
        feature_rank,
        cut as from_value,
        cut as to_value,
        false as is_null
    from neighbours
    union all
    select
        set_key,
        feature_rank,
        cut as from_value,
        next_cut as to_value,
        false as is_null
    from neighbours
    union all
    select
        set_key,
        feature_rank,
        cast(null as {{ double }}) as from_value,
        cut as to_value,
        false as is_null
    from neighbours
    where previous_cut is null
    union all
    select
        set_key,
        feature_rank,
        cast(null as {{ double }}) as from_value,
        cast(null as {{ double }}) as to_value,
        true as is_null
    from features
    where places_null
    union all
    select
        features.set_key,
        features.feature_rank,
        cast(null as {{ double }}) as from_value,
        cast(null as {{ double }}) as to_value,
        false as is_null
    from features
    left join cuts
        on
            features.set_key = cuts.set_key
            and features.feature_rank = cuts.feature_rank
    where cuts.set_key is null
),

named_places as (
    select
        places.*,
        row_number() over (
            partition by places.set_key, places.feature_rank
            order by
                case when places.is_null then 1 else 0 end,
                coalesce(places.from_value, places.to_value),
                places.to_value
        ) as place,
        {{ customer_segmentation._place_name() | indent(8) }} as place_name
    from places
    inner join features
        on
            places.set_key = features.set_key
            and places.feature_rank = features.feature_rank
    -- between 1 and 2 there is no whole number, nor at 1.5
    where
        not features.is_whole
        or places.from_value is null
        or places.to_value is null
        or (
            places.from_value = places.to_value
            and places.from_value = floor(places.from_value)
        )
        or floor(places.from_value) + 1 < places.to_value
)
{%- endmacro %}
