{#- Before an incremental model of periods is built: delete the periods that are no
    longer kept, and those that were built from other rows or settings. A month and a
    quarter may end on the same day. -#}
{% macro forget_stale_periods(built_from) -%}
{%- if is_incremental() and not customer_segmentation.is_empty_run() -%}
delete from {{ this }}
where not exists (
    select 1
    from {{ ref('int_history_periods') }} as periods
    where
        periods.period_start = {{ this }}.period_start
        and periods.as_of_date = {{ this }}.as_of_date
        and {{ built_from }} = {{ this }}.built_from
)
{%- endif -%}
{%- endmacro %}
