{#- CTEs of the boxes that hold at each place of one feature, and of the start of the search. -#}
{% macro _places_held() -%}
{%- set text = dbt.type_string() -%}
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
)
{%- endmacro %}
