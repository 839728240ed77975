{#- The select of the days or customers that an incremental model has yet to build. -#}
{% macro missing_rows(current) -%}
select * from {{ current }}
{%- if is_incremental() %}
where built_from not in (select distinct built_from from {{ this }})
{%- endif %}
{%- endmacro %}
