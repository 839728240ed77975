{#- A number for a set of rows: another one as soon as a value in them changes, whatever
    their order. An aggregate that is a whole number, so that groups add up. -#}
{% macro rows_fingerprint(columns) -%}
{{ return(adapter.dispatch('rows_fingerprint', 'customer_segmentation')(columns)) }}
{%- endmacro %}

{% macro default__rows_fingerprint(columns) -%}
    {%- set digits = '0123456789abcdef' -%}
    {%- set hashed -%}
        md5(
            {%- for column in columns %}
            coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
            {{- " || '|' || " if not loop.last }}
            {%- endfor %}
        )
    {%- endset -%}
sum(
    {%- for place in range(1, 10) %}
    cast((
        position(substring({{ hashed }}, {{ place }}, 1) in '{{ digits }}') - 1
    ) as decimal(38, 0)) * {{ 16 ** (9 - place) }}{{ ' +' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{% macro duckdb__rows_fingerprint(columns) -%}
sum(cast(hash({{ columns | join(', ') }}) as hugeint))
{%- endmacro %}
