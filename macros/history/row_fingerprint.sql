{#- A whole number for a row: another one as soon as a value in it changes. -#}
{% macro row_fingerprint(columns) -%}
{{ return(adapter.dispatch('row_fingerprint', 'customer_segmentation')(columns)) }}
{%- endmacro %}

{% macro default__row_fingerprint(columns) -%}
    {%- set digits = '0123456789abcdef' -%}
    {%- set hashed -%}
        md5(
            {%- for column in columns %}
            coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
            {{- " || '|' || " if not loop.last }}
            {%- endfor %}
        )
    {%- endset -%}
    {%- for place in range(1, 10) %}
    cast((
        position(substring({{ hashed }}, {{ place }}, 1) in '{{ digits }}') - 1
    ) as decimal(38, 0)) * {{ 16 ** (9 - place) }}{{ ' +' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__row_fingerprint(columns) -%}
hash({{ columns | join(', ') }})
{%- endmacro %}
