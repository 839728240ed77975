{#- One part of what a fit returns in one frame. Without Python models no row, or the one
    that says why: `unfitted`, a dict of column and SQL. -#}
{% macro fit_part(model, part, columns, unfitted={}) -%}
{%- set relation = customer_segmentation.fit_ref(model) -%}
select
    {%- for column in columns.split(',') | map('trim') %}
    cast({{ unfitted.get(column, 'null') if relation is none else column }} as {{
        customer_segmentation.fitted_type(column)
    }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{% if relation is not none -%}
from {{ relation }}
where part = '{{ part }}'
{%- elif not unfitted -%}
where 1 = 0
{%- endif %}
{%- endmacro %}
