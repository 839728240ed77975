{#- Distinct values within each group, and how many entities lie up to each: quantiles
    by counting, of fewer rows than entities. A warehouse sorts them on disk where
    memory ends, but keeps every value in memory for a quantile. -#}
{% macro values_counted(measures, groups) -%}
with

counted as (
    select
        {{ groups | join(',\n        ') }},
        measured_value,
        count(*) as entity_count
    from {{ measures }}
    group by {{ range(1, groups | length + 2) | join(', ') }}
)

select
    *,
    sum(entity_count) over (
        partition by {{ groups | join(', ') }}
        order by measured_value
        rows between unbounded preceding and current row
    ) as running_count,
    sum(entity_count) over (
        partition by {{ groups | join(', ') }}
    ) as total_count
from counted
{%- endmacro %}
