{#- A floating-point number as DECIMAL with four decimals. Engines round halves in their
    own ways; floor is the same in all. -#}
{% macro to_decimal(expression) -%}
cast({{ customer_segmentation.rounded(expression, 4) }} as decimal(18, 4))
{%- endmacro %}
