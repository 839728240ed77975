{#- A floating-point number with so many decimals, halves up. By nothing but arithmetic,
    because what a warehouse rounds is the double (DuckDB), its text (Spark) or a NUMERIC
    of fifteen digits (PostgreSQL), and then they differ close to a half. -#}
{% macro rounded(expression, decimals) -%}
(floor(({{ expression }}) * 1e{{ decimals }} + 0.5e0) / 1e{{ decimals }})
{%- endmacro %}
