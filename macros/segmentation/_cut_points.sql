{#- One row: each cut of nearest_changes in the scaled space, whether anyone has it or
    not. -#}
{% macro _cut_points(cuts, settings, scaling) -%}
{%- set double = customer_segmentation.column_type('double') -%}
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
        cut_rows, scaling, settings
    ) | indent(4) }}
)

select
    {%- for feature, cut in cuts %}
    max(case when entity_id = '{{ loop.index }}' then {{ adapter.quote(feature) }} end)
        as cut_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}
from cuts_scaled
{%- endmacro %}
