{#- A share as text in percent, with one decimal. -#}
{% macro percent_text(expression) -%}
{{ customer_segmentation.decimal_text('100 * ' ~ expression, 1) }} || ' %'
{%- endmacro %}
