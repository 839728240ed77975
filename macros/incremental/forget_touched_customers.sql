{#- Before an incremental model of customers is built: delete those whose order lines
    have changed since, or all of them where that is not known. -#}
{% macro forget_touched_customers(needed=none) -%}
{%- set built_until = customer_segmentation.built_until(needed) -%}
{%- if built_until is not none -%}
delete from {{ this }}
where customer_id in (
    select customer_id from {{ ref('int_customer_days') }}
    where changed_in_load > {{ built_until }}
)
{%- elif is_incremental() -%}
{%- if not customer_segmentation.holds_column('built_in_load') -%}
alter table {{ this }} add column built_in_load {{ dbt.type_bigint() }};
{% endif -%}
delete from {{ this }}
{%- endif -%}
{%- endmacro %}
