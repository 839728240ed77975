{#- CTEs of what the places at the end of the search tell. -#}
{% macro _place_faults(feature_count) -%}
{%- set text = dbt.type_string() -%}
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
                {{ customer_segmentation.byte_order('firsts.place_name') }}
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
{%- endmacro %}
