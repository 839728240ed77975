{#- How a model of order lines or customers is stored: with var `incremental` rows that
    have been built stay where the warehouse can delete rows of a table, else all are
    built each time. `current` is the model whose column built_from says what stands
    today. -#}
{% macro incremental_config(current) -%}
{{ config(
    materialized=customer_segmentation.history_materialization()
        if var('incremental') else 'table',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ customer_segmentation.forget_stale_rows('" ~ current ~ "') }}",
) }}
{%- endmacro %}
