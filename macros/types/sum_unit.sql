{#- What values are divided by before an exact sum, so that its nine decimals suffice: 1,
    but for values that are all very small or of which one is very large. -#}
{% macro sum_unit(largest) -%}
case
    when {{ largest }} > 0 and ({{ largest }} < 0.01 or {{ largest }} > 1e12)
        then {{ largest }}
    else cast(1 as {{ customer_segmentation.column_type('double') }})
end
{%- endmacro %}
