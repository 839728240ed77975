{#- SQL that writes a table as Parquet into a folder, in place of what an earlier build
    left there; PostgreSQL has no Parquet. -#}
{% macro write_parquet(relation, folder) %}
    {{ return(adapter.dispatch('write_parquet', 'customer_segmentation')(
        relation, folder
    )) }}
{% endmacro %}


{% macro default__write_parquet(relation, folder) %}
    {{ return('') }}
{% endmacro %}


{% macro duckdb__write_parquet(relation, folder) %}
    {{ return(
        'copy (from ' ~ relation ~ ') to ' ~ customer_segmentation.sql_text(
            folder ~ '/' ~ relation.identifier ~ '.parquet'
        ) ~ ' (format parquet)'
    ) }}
{% endmacro %}


{% macro spark__write_parquet(relation, folder) %}
    {{ return(
        'insert overwrite directory ' ~ customer_segmentation.sql_text(
            folder ~ '/' ~ relation.identifier
        ) ~ ' using parquet select * from ' ~ relation
    ) }}
{% endmacro %}
