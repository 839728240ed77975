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
{% macro rule_faults(boxes) %}
    {{ return(adapter.dispatch('rule_faults', 'customer_segmentation')(boxes)) }}
{% endmacro %}


{#- Spark plans a CTE anew wherever it is read, which doubles the plan with each feature.
    What intervals tell is the same in every warehouse: DuckDB tells it, and Spark that
    it did not look. -#}
{% macro spark__rule_faults(boxes) -%}
select distinct
    rule_set_kind,
    rule_set,
    rule_version,
    'not_searched' as finding,
    cast(null as bigint) as rule_id,
    cast(null as bigint) as other_rule_id,
    cast(null as string) as place_name
from {{ boxes }}
{%- endmacro %}


{% macro default__rule_faults(boxes) -%}
{%- set counted = run_query(
    'select max(feature_count) from (select rule_set_kind, rule_set, rule_version, '
    ~ 'count(distinct feature) as feature_count from ' ~ boxes
    ~ ' group by 1, 2, 3) as counted'
) if execute and load_relation(boxes) is not none -%}
{%- set feature_count = [counted.rows[0][0] | int, 1] | max if counted else 1 -%}
with

{{ customer_segmentation._rule_places(boxes) }},

{{ customer_segmentation._places_held() }},
{% for step in range(1, feature_count + 1) %}
{{ customer_segmentation._narrowed_places(step) }},
{% endfor %}
{{ customer_segmentation._place_faults(feature_count) }}

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
