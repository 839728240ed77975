{#- Before the checked order lines are built: delete those of days that have changed,
    or all of them if they were built without var `incremental`. -#}
{% macro forget_stale_days() -%}
{%- if customer_segmentation.holds_column('built_from') -%}
delete from {{ this }}
where built_from not in (select built_from from {{ ref('int_order_days') }})
{%- elif is_incremental() -%}
alter table {{ this }} add column built_from {{ dbt.type_bigint() }};
delete from {{ this }}
{%- endif -%}
{%- endmacro %}
