{#- No row, with the columns that the models of a segmentation have, typed. -#}
{% macro _no_segmentation(columns) -%}
select
    cast(null as {{ dbt.type_string() }}) as segmentation
    {%- for column in columns.split(',') | map('trim') %},
    cast(null as {{ customer_segmentation.fitted_type(column) }}) as {{ column }}
    {%- endfor %}
where 1 = 0
{%- endmacro %}
