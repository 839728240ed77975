{#- The select of the buckets of spend between the edges of a relation, each with its
    edges; per value of the column `key`, where one is named. Who bought nothing has one
    of its own. -#}
{% macro spend_bucket_rows(edges, key=none) -%}
{%- set text = dbt.type_string() -%}
{%- set columns = key ~ ', ' if key else '' -%}
with

bounded as (
    select
        {{ columns }}lag(edge) over (
            {{ 'partition by ' ~ key if key }} order by edge
        ) as lower_edge,
        edge as upper_edge
    from {{ edges }} as edges
    where edge > 0.01
    union all
    select
        {{ columns }}max(edge) as lower_edge,
        cast(null as decimal(18, 2)) as upper_edge
    from {{ edges }} as edges
    {{ 'group by 1' if key }}
),

named as (
    select
        {{ columns }}case
            when lower_edge is null and upper_edge is null
                then 'Something'
            when lower_edge is null
                then 'Under ' || cast(upper_edge as {{ text }})
            when upper_edge is null
                then cast(lower_edge as {{ text }}) || ' and over'
            else
                cast(lower_edge as {{ text }})
                || ' to ' || cast(upper_edge as {{ text }})
        end as bucket,
        greatest(coalesce(lower_edge, 0.01), 0.01) as lower_edge,
        upper_edge
    from bounded
)

select
    {{ columns }}'Nothing' as bucket,
    cast(null as decimal(18, 2)) as lower_edge,
    cast(0.01 as decimal(18, 2)) as upper_edge,
    1 as bucket_order
from named
where upper_edge is null
union all
select
    {{ columns }}bucket,
    cast(lower_edge as decimal(18, 2)) as lower_edge,
    cast(upper_edge as decimal(18, 2)) as upper_edge,
    1 + row_number() over (
        {{ 'partition by ' ~ key if key }} order by lower_edge
    ) as bucket_order
from named
{%- endmacro %}
