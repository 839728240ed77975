{#- Entities of both periods in each cell of each check. `measures` has one row per
    comparison, side, check and entity, with the reference's edges of the check;
    `places` one per comparison, side and entity, with its segment and whether that is
    its cluster. Both are names of CTEs or relations. -#}
{% macro drift_cells(measures, places) -%}
{%- set bigint = dbt.type_bigint() -%}
{%- set text = dbt.type_string() -%}
with

measured_cells as (
    select
        comparison_id,
        check_kind,
        check_name,
        is_current,
        cast(case
            {%- for edge in range(1, 10) %}
            when measured_value <= edge_{{ edge }} then {{ edge }}
            {%- endfor %}
            else 10
        end as {{ bigint }}) as cell,
        check_kind = 'distance' and measured_value > far_edge as is_far,
        count(*) as entity_count
    from {{ measures }}
    group by 1, 2, 3, 4, 5, 6
),

placed_cells as (
    select
        comparison_id,
        is_current,
        segment_id,
        agrees_with_cluster,
        count(*) as entity_count
    from {{ places }}
    group by 1, 2, 3, 4
),

segments as (
    select distinct
        comparison_id,
        segment_id
    from placed_cells
),

counted as (
    select
        comparison_id,
        check_kind,
        check_name,
        cell,
        is_current,
        entity_count
    from measured_cells
    union all
    select
        comparison_id,
        'distance' as check_kind,
        'far_from_centroid' as check_name,
        case when is_far then 1 else 2 end as cell,
        is_current,
        entity_count
    from measured_cells
    where check_kind = 'distance'
    union all
    select
        comparison_id,
        'segment_shares' as check_kind,
        'all_segments' as check_name,
        segment_id as cell,
        is_current,
        entity_count
    from placed_cells
    where segment_id is not null
    union all
    select
        placed_cells.comparison_id,
        'segment_share' as check_kind,
        cast(segments.segment_id as {{ text }}) as check_name,
        case
            when placed_cells.segment_id = segments.segment_id then 1
            else 2
        end as cell,
        placed_cells.is_current,
        placed_cells.entity_count
    from placed_cells
    inner join segments
        on placed_cells.comparison_id = segments.comparison_id
    where placed_cells.segment_id is not null
    union all
    select
        comparison_id,
        'fidelity' as check_kind,
        'agreement_of_rules' as check_name,
        case when agrees_with_cluster then 1 else 2 end as cell,
        is_current,
        entity_count
    from placed_cells
    where agrees_with_cluster is not null
),

final as (
    select
        comparison_id,
        check_kind,
        check_name,
        cell,
        cast(sum(case when is_current then 0 else entity_count end)
            as {{ bigint }}) as reference_count,
        cast(sum(case when is_current then entity_count else 0 end)
            as {{ bigint }}) as current_count
    from counted
    group by 1, 2, 3, 4
)

select * from final
{%- endmacro %}
