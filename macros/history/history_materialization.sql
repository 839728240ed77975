{#- Periods that have been built stay where the warehouse can delete rows of a table;
    elsewhere all are built each time. -#}
{% macro history_materialization() %}
    {{ return(
        'incremental' if target.type in ['duckdb', 'postgres'] else 'table'
    ) }}
{% endmacro %}
