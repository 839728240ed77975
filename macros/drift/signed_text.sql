{#- A change as text in percent (or points) with its sign and one decimal. -#}
{% macro signed_text(expression, unit) -%}
case when {{ expression }} >= 0 then '+' else '' end
|| {{ customer_segmentation.decimal_text('100 * (' ~ expression ~ ')', 1) }}
|| ' {{ unit }}'
{%- endmacro %}
