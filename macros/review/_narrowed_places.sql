{#- CTEs of one step of the search: the places so far, cut by one more feature. -#}
{% macro _narrowed_places(step) -%}
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

judged_{{ step }} as (
    select
        narrowed_{{ step }}.set_key,
        narrowed_{{ step }}.place_name,
        narrowed_{{ step }}.null_count,
        narrowed_{{ step }}.point_count,
        rules.box_key,
        min(case when rules.last_rank <= {{ step }} then rules.box_key end) over (
            partition by
                narrowed_{{ step }}.set_key,
                narrowed_{{ step }}.place_name,
                rules.rule_id
        ) as sure_box_key,
        min(
            case
                when rules.rule_id = 0 and rules.last_rank <= {{ step }}
                    then rules.box_key
            end
        ) over (
            partition by narrowed_{{ step }}.set_key, narrowed_{{ step }}.place_name
        ) as sure_guard_key
    from narrowed_{{ step }}
    inner join alive_{{ step - 1 }}
        on
            narrowed_{{ step }}.set_key = alive_{{ step - 1 }}.set_key
            and narrowed_{{ step }}.previous_signature
            = alive_{{ step - 1 }}.signature
    inner join rules
        on
            alive_{{ step - 1 }}.set_key = rules.set_key
            and alive_{{ step - 1 }}.box_key = rules.box_key
    left join held
        on
            narrowed_{{ step }}.set_key = held.set_key
            and held.feature_rank = {{ step }}
            and narrowed_{{ step }}.place = held.place
            and alive_{{ step - 1 }}.box_key = held.box_key
    where narrowed_{{ step }}.place is null or held.box_key is not null
),

-- One box that holds whatever follows makes the others of its rule idle, and the first
-- branch, for unknown features, all the others: else there were a place for each set
-- of unknown features.
left_{{ step }} as (
    select
        set_key,
        place_name,
        null_count,
        point_count,
        box_key
    from judged_{{ step }}
    where
        coalesce(sure_box_key, box_key) = box_key
        and coalesce(sure_guard_key, box_key) = box_key
),

signed_{{ step }} as (
    select
        set_key,
        place_name,
        null_count,
        point_count,
        {{ customer_segmentation.text_list('box_key', "' '", 'order by box_key') }} as signature
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
                {{ customer_segmentation.byte_order('narrowed_' ~ step ~ '.place_name') }}
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
            order by null_count, point_count, length(place_name), {{ customer_segmentation.byte_order('place_name') }}
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
)
{%- endmacro %}
