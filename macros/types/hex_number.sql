{#- Fifteen hexadecimal digits as a whole number. -#}
{% macro hex_number(digits) -%}
{{ return(adapter.dispatch('hex_number', 'customer_segmentation')(digits)) }}
{%- endmacro %}

{% macro default__hex_number(digits) -%}
cast(conv({{ digits }}, 16, 10) as {{ dbt.type_bigint() }})
{%- endmacro %}

{% macro postgres__hex_number(digits) -%}
cast(cast('x' || {{ digits }} as bit(60)) as {{ dbt.type_bigint() }})
{%- endmacro %}
