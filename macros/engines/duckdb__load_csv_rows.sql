{#- dbt-duckdb's own puts the path of the seed into its statement as it is, so that a
    folder with an apostrophe in its name could not be built. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set copy %}
        copy {{ this }}
        from {{ customer_segmentation.sql_text(adapter.get_seed_file_path(model)) }}
        (
            format csv, header true,
            delimiter {{ customer_segmentation.sql_text(config.get('delimiter', ',')) }}
        )
    {% endset %}
    {% do adapter.add_query(copy, abridge_sql_log=true) %}
    {{ return(copy) }}
{% endmacro %}
