{#- Before an incremental model of periods is built: delete the periods that are no
    longer kept, and those that were built from other rows or settings. -#}
{% macro forget_stale_periods(built_from) -%}
{%- if is_incremental() -%}
delete from {{ this }}
where not exists (
    select 1
    from {{ ref('int_history_periods') }} as periods
    where
        periods.as_of_date = {{ this }}.as_of_date
        and {{ built_from }} = {{ this }}.built_from
)
{%- endif -%}
{%- endmacro %}
