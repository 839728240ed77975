{#- Per entity the smallest move of one feature, in scaled units, that leads to another
    segment: a rule of another segment all of whose other bounds hold already. Rules
    that exclude one another are taken for granted, as those of a tree do. -#}
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
{#- the stored map stands for rank_first, which ranks the rows of today -#}
{%- set scalings = {} -%}
{%- for feature in settings.features -%}
    {%- set kind = customer_segmentation.feature_scaling(settings, feature) -%}
    {%- do scalings.update({feature: 'rank' if kind == 'rank_first' else kind}) -%}
{%- endfor -%}
{%- set cut_rows -%}
(
        {%- for feature, cut in cuts %}
        select
            cast({{ loop.index }} as {{ dbt.type_string() }}) as entity_id,
            {%- for column in settings.features %}
            cast({{ cut }} as {{ double }}) as {{ adapter.quote(column) }}{{ ',' if not loop.last }}
            {%- endfor %}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as cut_rows
{%- endset -%}
with

cuts_scaled as (
    {{ customer_segmentation.segmentation_scaled(
        cut_rows, scaling, dict(settings, scaling=scalings)
    ) | indent(4) }}
),

cut_points as {{ customer_segmentation.materialized() }}(
    select
        {%- for feature, cut in cuts %}
        max(case when entity_id = '{{ loop.index }}' then {{ adapter.quote(feature) }} end)
            as cut_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cuts_scaled
),

features as (
    select
        entity_id,
        {{ customer_segmentation.double_columns(settings.features) | indent(8) }}
    from {{ features }}
),

scaled as (
    select
        entity_id,
        {%- for feature in settings.features %}
        {{ adapter.quote(feature) }} as scaled_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ scaled }}
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
        features.entity_id,
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
                    cut_points.cut_{{ move.cut_index }}
                    - scaled.scaled_{{ settings.features.index(move.feature) + 1 }}
                )
            else cast('infinity' as {{ double }})
        end as move_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from features
    inner join scaled on features.entity_id = scaled.entity_id
    inner join segments on features.entity_id = segments.entity_id
    cross join cut_points
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
