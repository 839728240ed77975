{#- The population stability index of each check, and of shares the change: from the
    cells that drift_cells has counted. An empty cell counts as half an entity; there is
    no check where a period is empty. -#}
{% macro drift_effects(cells) -%}
{%- set double = customer_segmentation.column_type('double') -%}
with

totals as (
    select
        comparison_id,
        check_kind,
        check_name,
        cell,
        reference_count,
        current_count,
        sum(reference_count) over (
            partition by comparison_id, check_kind, check_name
        ) as reference_total,
        sum(current_count) over (
            partition by comparison_id, check_kind, check_name
        ) as current_total
    from {{ cells }}
),

shares as (
    select
        *,
        cast(greatest(reference_count, 0.5) as {{ double }})
        / reference_total as reference_part,
        cast(greatest(current_count, 0.5) as {{ double }})
        / current_total as current_part,
        check_kind in ('segment_share', 'fidelity')
        or check_name = 'far_from_centroid' as is_share
    from totals
    where reference_total > 0 and current_total > 0
),

summed as (
    select
        comparison_id,
        check_kind,
        check_name,
        cast(max(reference_total) as {{ dbt.type_bigint() }})
            as reference_count,
        cast(max(current_total) as {{ dbt.type_bigint() }}) as current_count,
        count(*) as cell_count,
        {{ customer_segmentation.exact_sum(
            '(current_part - reference_part)'
            ~ ' * ln(current_part / reference_part)'
        ) }} as psi,
        -- the first of two cells; without an entity in it, it has no row
        max(case when is_share then 1 end) * coalesce(max(case
            when cell = 1
                then cast(reference_count as {{ double }}) / reference_total
        end), 0) as reference_share,
        max(case when is_share then 1 end) * coalesce(max(case
            when cell = 1
                then cast(current_count as {{ double }}) / current_total
        end), 0) as current_share
    from shares
    group by 1, 2, 3
),

final as (
    select
        *,
        current_share - reference_share as share_change
    from summed
)

select * from final
{%- endmacro %}
