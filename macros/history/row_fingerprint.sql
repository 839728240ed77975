{#- A whole number for a row: another one as soon as a value in it changes. -#}
{% macro row_fingerprint(columns) -%}
{{ return(adapter.dispatch('row_fingerprint', 'customer_segmentation')(columns)) }}
{%- endmacro %}

{#- Each value with its length before it, so that no text can pass for two. -#}
{% macro default__row_fingerprint(columns) -%}
{%- set text = dbt.type_string() -%}
{%- set joined -%}
    {%- for column in columns %}
            coalesce(
                cast(length(cast({{ column }} as {{ text }})) as {{ text }})
                || ':' || cast({{ column }} as {{ text }}),
                '-'
            ){{ ' ||' if not loop.last }}
    {%- endfor %}
{%- endset -%}
cast({{ customer_segmentation.hex_number(
    'substring(md5(' ~ joined ~ '\n        ), 1, 15)'
) }} as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__row_fingerprint(columns) -%}
hash({{ columns | join(', ') }})
{%- endmacro %}
