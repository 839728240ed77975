{#- How a model of order lines or customers is stored: with var `incremental` rows that
    have been built stay where the warehouse can delete rows of a table, else all are
    built each time. `hook` is the macro that deletes the others before. -#}
{% macro incremental_config(hook) -%}
{{ config(
    materialized=customer_segmentation.history_materialization()
        if var('incremental') else 'table',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ customer_segmentation." ~ hook ~ " }}",
) }}
{%- endmacro %}
