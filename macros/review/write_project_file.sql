{#- Writes a text, byte by byte, to a file of the running project, wherever dbt was
    started; DuckDB makes the folders by partitions of no row. -#}
{% macro write_project_file(file, text) %}
    {% set folders = [adapter.config.project_root] %}
    {% for part in file.split('/')[:-1] %}
        {% do folders.append(folders[-1] ~ '/' ~ part) %}
        {% do run_query(
            'copy (select 1 as a, 1 as b where 1 = 0) to '
            ~ customer_segmentation.sql_text(folders[-1])
            ~ ' (format csv, partition_by (b), overwrite_or_ignore true)'
        ) %}
    {% endfor %}
    {% do run_query(
        'copy (select encode(' ~ customer_segmentation.sql_text(text) ~ ')) to '
        ~ customer_segmentation.sql_text(adapter.config.project_root ~ '/' ~ file)
        ~ ' (format blob)'
    ) %}
{% endmacro %}
