{#- Features as doubles under their own names, a line each. -#}
{% macro double_columns(features) -%}
{%- for feature in features -%}
cast({{ adapter.quote(feature) }} as {{ customer_segmentation.column_type('double') }}) as {{ adapter.quote(feature) }}
{%- if not loop.last %},
{% endif -%}
{%- endfor -%}
{%- endmacro %}
