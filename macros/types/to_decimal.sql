{#- A floating-point number as DECIMAL with four decimals. Engines round halves in their
    own ways; floor is the same in all. -#}
{% macro to_decimal(expression) -%}
cast(floor(({{ expression }}) * 10000 + 0.5) / 10000 as decimal(18, 4))
{%- endmacro %}
