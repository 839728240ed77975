{#- Before an incremental model of order lines or customers is built: delete the rows
    that were built from something else than `current` has, or without var
    `incremental`. -#}
{% macro forget_stale_rows(current) -%}
{%- if is_incremental() -%}
alter table {{ this }}
add column if not exists built_from {{ dbt.type_bigint() }};
delete from {{ this }}
where
    built_from is null
    or built_from not in (select built_from from {{ ref(current) }})
{%- endif -%}
{%- endmacro %}
