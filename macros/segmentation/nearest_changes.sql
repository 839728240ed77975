{#- Per entity the smallest move of one feature, in scaled units, that leads to another
    segment: a rule of another segment all of whose other bounds hold already. It leads
    to the nearest value beyond the bound that an entity has: from two orders to three,
    and not to the bound of two. Rules that exclude one another are taken for granted, as
    those of a tree do. -#}
{% macro nearest_changes(
    rules, settings, features, scaled, scaling, segments
) -%}
{%- set double = customer_segmentation.column_type('double') -%}
{%- set bigint = dbt.type_bigint() -%}
{%- set found = customer_segmentation.rule_moves(rules, settings.features) -%}
{%- set cuts, moves = found.cuts, found.moves -%}
{%- if not moves -%}
select
    cast(null as {{ dbt.type_string() }}) as entity_id,
    cast(null as {{ dbt.type_string() }}) as nearest_change_feature,
    cast(null as {{ double }}) as nearest_change_value,
    cast(null as {{ dbt.type_string() }}) as nearest_change_sentence,
    cast(null as {{ bigint }}) as nearest_change_segment_id,
    cast(null as {{ double }}) as nearest_change_distance
where 1 = 0
{%- else -%}
{%- set stored = customer_segmentation.by_stored_scale(settings) -%}
{%- set inside = {'<': '>=', '<=': '>', '>': '<=', '>=': '<'} -%}
{%- set kinds = settings.scaling.values() | list if settings.scaling is mapping
    else [settings.scaling] -%}
{%- set targets = moves | map(attribute='target') | unique | list -%}
with

cut_points as (
    {{ customer_segmentation._cut_points(cuts, stored, scaling) | indent(4) }}
),

features as (
    select
        entity_id,
        {{ customer_segmentation.double_columns(settings.features) | indent(8) }}
    from {{ features }}
),

scaled as (
    {%- if 'rank_first' in kinds %}
    {{ customer_segmentation.segmentation_scaled(features, scaling, stored)
        | indent(4) }}
    {%- else %}
    select * from {{ scaled }}
    {%- endif %}
),

placed as (
    select
        features.*,
        {%- for feature in settings.features %}
        scaled.{{ adapter.quote(feature) }} as scaled_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from features
    inner join scaled on features.entity_id = scaled.entity_id
),

-- where nobody is beyond a bound, the bound itself
targets as {{ customer_segmentation.materialized() }}(
    select
        {%- for feature, cut_index, outside in targets %}
        coalesce(
            {{ 'min' if outside[0] == '<' else 'max' }}(case
                when
                    placed.{{ customer_segmentation.bare_name(feature) }}
                    {{ inside[outside] }} {{ cuts[cut_index - 1][1] }}
                    then placed.scaled_{{ settings.features.index(feature) + 1 }}
            end),
            max(cut_points.cut_{{ cut_index }})
        ) as target_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cut_points
    left join placed on 1 = 1
),

segments as (
    select
        entity_id,
        segment_id
    from {{ segments }}
    where segment_id > 0
),

moves as {{ customer_segmentation.materialized() }}(
    select
        placed.entity_id,
        {%- for move in moves %}
        {%- set column = customer_segmentation.bare_name(move.feature) %}
        case
            when
                segments.segment_id <> {{ move.segment_id }}
                and {{ column }} {{ move.outside }} {{ move.cut }}
                {%- for other in move.others %}
                and {{ other }}
                {%- endfor %}
                then abs(
                    targets.target_{{ targets.index(move.target) + 1 }}
                    - placed.scaled_{{ settings.features.index(move.feature) + 1 }}
                )
            else cast('infinity' as {{ double }})
        end as move_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed
    inner join segments on placed.entity_id = segments.entity_id
    cross join targets
),

nearest as {{ customer_segmentation.materialized() }}(
    select
        *,
        {% if moves | length > 1 %}least({% endif %}
            {%- for move in moves %}move_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor -%}
        {% if moves | length > 1 %}){% endif %} as distance
    from moves
)

select
    entity_id,
    case
        {%- for move in moves %}
        when move_{{ loop.index }} = distance then {{ customer_segmentation.sql_text(move.feature) }}
        {%- endfor %}
    end as nearest_change_feature,
    cast(case
        {%- for move in moves %}
        when move_{{ loop.index }} = distance then {{ move.cut }}
        {%- endfor %}
    end as {{ double }}) as nearest_change_value,
    case
        {%- for move in moves %}
        when move_{{ loop.index }} = distance then {{ customer_segmentation.sql_text(
            customer_segmentation.rule_sentence(
                customer_segmentation.bound_condition(move.feature, move.bound)
            )
        ) }}
        {%- endfor %}
    end as nearest_change_sentence,
    cast(case
        {%- for move in moves %}
        when move_{{ loop.index }} = distance then {{ move.segment_id }}
        {%- endfor %}
    end as {{ bigint }}) as nearest_change_segment_id,
    distance as nearest_change_distance
from nearest
where distance < cast('infinity' as {{ double }})
{%- endif -%}
{%- endmacro %}
