{#- One part of what a fit returns in one frame; without Python models no row. -#}
{% macro fit_part(model, part, columns) -%}
{%- set relation = customer_segmentation.fit_ref(model) -%}
select
    {%- for column in columns.split(',') | map('trim') %}
    cast({{ 'null' if relation is none else column }} as {{
        customer_segmentation.fitted_type(column)
    }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{% if relation is none -%}
where 1 = 0
{%- else -%}
from {{ relation }}
where part = '{{ part }}'
{%- endif %}
{%- endmacro %}
