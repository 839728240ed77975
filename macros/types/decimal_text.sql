{#- A number as text with so many decimals; NULL stays NULL. -#}
{% macro decimal_text(expression, decimals) -%}
cast(cast({{ customer_segmentation.rounded(expression, decimals) }} as decimal(18, {{ decimals }})) as {{ dbt.type_string() }})
{%- endmacro %}
