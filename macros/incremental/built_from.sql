{#- A set of rows as one BIGINT, which says later whether what was built from them
    still is. It is small, because a large table has it in every row. -#}
{% macro built_from(columns) -%}
cast(mod(
    {{ customer_segmentation.rows_fingerprint(columns) | indent(4) }},
    9223372036854775807
) as {{ dbt.type_bigint() }})
{%- endmacro %}
