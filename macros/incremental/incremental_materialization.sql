{#- With var `incremental` rows that have been built stay where the warehouse can delete
    rows of a table; else all are built each time. -#}
{% macro incremental_materialization() %}
    {{ return(
        customer_segmentation.history_materialization()
        if var('incremental') else 'table'
    ) }}
{% endmacro %}
