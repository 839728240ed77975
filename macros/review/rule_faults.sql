{#- What is wrong with sets of rules, found in the whole space of their features and not
    only at the customers of today: one row per gap, overlap and rule that is never
    reached.

    A set with a condition that is no box can only be searched for gaps at the customers.

    `boxes` has one row per rule set, rule, box and bounded feature (int_rule_boxes).
    Feature by feature the space is cut at every bound that occurs: at the bound itself,
    between two bounds, below the first, above the last and, where places_null, at
    NULL. Cuts after which the same boxes are left are one, so that few places stand for
    all; a place without a box is a gap, and one with boxes of two segments an overlap.
    Rule 0, which takes what cannot be placed, comes first and overlaps nothing. -#}
{% macro rule_faults(boxes) -%}
{%- set counted = run_query(
    'select max(feature_count) from (select count(distinct feature) as feature_count '
    ~ 'from ' ~ boxes ~ ' group by rule_set_kind, rule_set, rule_version) as counted'
) if execute and load_relation(boxes) is not none -%}
{%- set feature_count = counted.rows[0][0] | int if counted else 1 -%}
{%- set text = dbt.type_string() -%}
{%- set double = customer_segmentation.column_type('double') -%}
with

boxes as (
    select
        *,
        rule_set_kind || ' ' || rule_version || ' ' || rule_set as set_key,
        cast(rule_id as {{ text }}) || ':' || cast(box_id as {{ text }}) as box_key,
        dense_rank() over (
            partition by rule_set_kind, rule_version, rule_set
            order by case when feature is null then 1 else 0 end, feature
        ) as feature_rank
    from {{ boxes }}
    where has_intervals
),

rules as (
    select distinct
        set_key,
        rule_set_kind,
        rule_set,
        rule_version,
        box_key,
        rule_id,
        segment_id,
        places_null
    from boxes
),

features as (
    select distinct
        set_key,
        feature,
        feature_rank,
        places_null
    from boxes
    where feature is not null
),

cuts as (
    select
        set_key,
        feature_rank,
        lower_bound as cut
    from boxes
    where lower_bound is not null
    union distinct
    select
        set_key,
        feature_rank,
        upper_bound as cut
    from boxes
    where upper_bound is not null
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
        features.feature || case
            when places.is_null then ' unknown'
            when places.from_value = places.to_value
                then ' at ' || cast(places.from_value as {{ text }})
            when places.from_value is null
                then ' below ' || cast(places.to_value as {{ text }})
            when places.to_value is null
                then ' above ' || cast(places.from_value as {{ text }})
            else
                ' between ' || cast(places.from_value as {{ text }})
                || ' and ' || cast(places.to_value as {{ text }})
        end as place_name
    from places
    inner join features
        on
            places.set_key = features.set_key
            and places.feature_rank = features.feature_rank
),

held as (
    select
        named_places.set_key,
        named_places.feature_rank,
        named_places.place,
        rules.box_key
    from named_places
    inner join rules on named_places.set_key = rules.set_key
    left join boxes
        on
            named_places.set_key = boxes.set_key
            and named_places.feature_rank = boxes.feature_rank
            and rules.box_key = boxes.box_key
            and boxes.feature is not null
    where
        boxes.box_key is null
        or case
            when named_places.is_null then boxes.includes_null
            else
                boxes.includes_values
                and (
                    boxes.lower_bound is null
                    or named_places.from_value > boxes.lower_bound
                    or (
                        named_places.from_value = boxes.lower_bound
                        and (
                            boxes.is_lower_inclusive
                            or named_places.to_value is null
                            or named_places.to_value > named_places.from_value
                        )
                    )
                )
                and (
                    boxes.upper_bound is null
                    or named_places.to_value < boxes.upper_bound
                    or (
                        named_places.to_value = boxes.upper_bound
                        and (
                            boxes.is_upper_inclusive
                            or named_places.from_value is null
                            or named_places.from_value < named_places.to_value
                        )
                    )
                )
        end
),

-- a place so far: the boxes that are left, and the shortest name of such a place
alive_0 as (
    select
        set_key,
        box_key,
        cast('' as {{ text }}) as signature
    from rules
),

states_0 as (
    select distinct
        set_key,
        cast('' as {{ text }}) as signature,
        cast('' as {{ text }}) as place_name,
        0 as null_count,
        0 as point_count
    from rules
),
{% for step in range(1, feature_count + 1) %}
narrowed_{{ step }} as (
    select
        states_{{ step - 1 }}.set_key,
        states_{{ step - 1 }}.signature as previous_signature,
        named_places.place,
        states_{{ step - 1 }}.point_count
        + case when named_places.from_value = named_places.to_value then 1 else 0 end
            as point_count,
        states_{{ step - 1 }}.place_name
        || case
            when states_{{ step - 1 }}.place_name <> ''
                and named_places.place_name is not null then ', '
            else ''
        end
        || coalesce(named_places.place_name, '') as place_name,
        states_{{ step - 1 }}.null_count
        + case when named_places.is_null then 1 else 0 end as null_count
    from states_{{ step - 1 }}
    left join named_places
        on
            states_{{ step - 1 }}.set_key = named_places.set_key
            and named_places.feature_rank = {{ step }}
),

left_{{ step }} as (
    select
        narrowed_{{ step }}.set_key,
        narrowed_{{ step }}.place_name,
        narrowed_{{ step }}.null_count,
        narrowed_{{ step }}.point_count,
        alive_{{ step - 1 }}.box_key
    from narrowed_{{ step }}
    inner join alive_{{ step - 1 }}
        on
            narrowed_{{ step }}.set_key = alive_{{ step - 1 }}.set_key
            and narrowed_{{ step }}.previous_signature
            = alive_{{ step - 1 }}.signature
    left join held
        on
            narrowed_{{ step }}.set_key = held.set_key
            and held.feature_rank = {{ step }}
            and narrowed_{{ step }}.place = held.place
            and alive_{{ step - 1 }}.box_key = held.box_key
    where narrowed_{{ step }}.place is null or held.box_key is not null
),

signed_{{ step }} as (
    select
        set_key,
        place_name,
        null_count,
        point_count,
        {{ dbt.listagg('box_key', "' '", 'order by box_key') }} as signature
    from left_{{ step }}
    group by 1, 2, 3, 4
),

-- one gap may cover many places of the last feature: the plainest stands for them
gaps_{{ step }} as (
    select
        narrowed_{{ step }}.set_key,
        narrowed_{{ step }}.place_name,
        narrowed_{{ step }}.null_count,
        row_number() over (
            partition by
                narrowed_{{ step }}.set_key,
                narrowed_{{ step }}.previous_signature,
                case when narrowed_{{ step }}.null_count > 0 then 1 else 0 end
            order by
                narrowed_{{ step }}.null_count,
                narrowed_{{ step }}.point_count,
                length(narrowed_{{ step }}.place_name),
                narrowed_{{ step }}.place_name
        ) as name_rank
    from narrowed_{{ step }}
    left join signed_{{ step }}
        on
            narrowed_{{ step }}.set_key = signed_{{ step }}.set_key
            and narrowed_{{ step }}.place_name = signed_{{ step }}.place_name
    where signed_{{ step }}.set_key is null
),

ranked_{{ step }} as (
    select
        *,
        row_number() over (
            partition by set_key, signature
            order by null_count, point_count, length(place_name), place_name
        ) as name_rank
    from signed_{{ step }}
),

states_{{ step }} as (
    select
        set_key,
        signature,
        place_name,
        null_count,
        point_count
    from ranked_{{ step }}
    where name_rank = 1
),

alive_{{ step }} as (
    select
        states_{{ step }}.set_key,
        states_{{ step }}.signature,
        left_{{ step }}.box_key
    from states_{{ step }}
    inner join left_{{ step }}
        on
            states_{{ step }}.set_key = left_{{ step }}.set_key
            and states_{{ step }}.place_name = left_{{ step }}.place_name
),
{% endfor %}
ends as (
    select
        rules.*,
        states_{{ feature_count }}.place_name,
        states_{{ feature_count }}.null_count,
        states_{{ feature_count }}.point_count,
        min(rules.rule_id) over (
            partition by rules.set_key, states_{{ feature_count }}.signature
        ) as first_rule_id
    from states_{{ feature_count }}
    inner join alive_{{ feature_count }}
        on
            states_{{ feature_count }}.set_key = alive_{{ feature_count }}.set_key
            and states_{{ feature_count }}.signature
            = alive_{{ feature_count }}.signature
    inner join rules
        on
            alive_{{ feature_count }}.set_key = rules.set_key
            and alive_{{ feature_count }}.box_key = rules.box_key
),

gaps as (
    {%- for step in range(1, feature_count + 1) %}
    select * from gaps_{{ step }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

conflicts as (
    select
        firsts.set_key,
        firsts.rule_id,
        others.rule_id as other_rule_id,
        firsts.place_name,
        row_number() over (
            partition by firsts.set_key, firsts.rule_id, others.rule_id
            order by
                firsts.null_count,
                firsts.point_count,
                length(firsts.place_name),
                firsts.place_name
        ) as name_rank
    from ends as firsts
    inner join ends as others
        on
            firsts.set_key = others.set_key
            and firsts.place_name = others.place_name
            and firsts.rule_id < others.rule_id
            and firsts.segment_id <> others.segment_id
    where firsts.first_rule_id > 0
),

faults as (
    select
        set_key,
        case when null_count > 0 then 'null_path' else 'gap' end as finding,
        cast(null as {{ dbt.type_bigint() }}) as rule_id,
        cast(null as {{ dbt.type_bigint() }}) as other_rule_id,
        place_name
    from gaps
    where name_rank = 1
    union all
    select
        set_key,
        'overlap' as finding,
        rule_id,
        other_rule_id,
        place_name
    from conflicts
    where name_rank = 1
    union all
    select
        rules.set_key,
        case
            when max(case when contradictions.box_key is null then 1 else 0 end) = 0
                then 'contradiction'
            else 'unreachable'
        end as finding,
        rules.rule_id,
        cast(null as {{ dbt.type_bigint() }}) as other_rule_id,
        cast(null as {{ text }}) as place_name
    from rules
    left join ends
        on
            rules.set_key = ends.set_key
            and rules.rule_id = ends.first_rule_id
    left join (
        select distinct
            set_key,
            box_key
        from boxes
        where
            not includes_values and not includes_null
            or lower_bound > upper_bound
            or (
                lower_bound = upper_bound
                and not (is_lower_inclusive and is_upper_inclusive)
            )
    ) as contradictions
        on
            rules.set_key = contradictions.set_key
            and rules.box_key = contradictions.box_key
    where ends.set_key is null
    group by 1, 3
)

select
    sets.rule_set_kind,
    sets.rule_set,
    sets.rule_version,
    faults.finding,
    faults.rule_id,
    faults.other_rule_id,
    faults.place_name
from faults
inner join (
    select distinct
        set_key,
        rule_set_kind,
        rule_set,
        rule_version
    from rules
) as sets
    on faults.set_key = sets.set_key
left join (
    select distinct
        rule_set_kind,
        rule_set,
        rule_version
    from {{ boxes }}
    where not has_intervals
) as other_sets
    on
        sets.rule_set_kind = other_sets.rule_set_kind
        and sets.rule_set = other_sets.rule_set
        and sets.rule_version = other_sets.rule_version
where
    other_sets.rule_set is null
    or faults.finding not in ('gap', 'null_path')
{%- endmacro %}
