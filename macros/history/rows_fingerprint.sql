{#- A number for a set of rows: another one as soon as a value in them changes, whatever
    their order. An aggregate that is a whole number, so that groups add up. -#}
{% macro rows_fingerprint(columns) -%}
sum({{ customer_segmentation.row_fingerprint(columns) }})
{%- endmacro %}
