{#- Reads a CSV file before any model is built, so that its lines stop the run here: once
    as lines, because DuckDB leaves out a header that it cannot decode and tells only at
    the end of the file, and once as rows, of which every column is counted, because only
    what is asked for is decoded. -#}
{% macro validate_csv_lines(name) %}
    {% set settings = customer_segmentation.dict_var_entry('inputs', name) %}
    {% do customer_segmentation.csv_rows(
        name, 'count(line)', customer_segmentation.csv_lines_sql(
            settings.file, settings.get('encoding', 'utf-8')
        )
    ) %}
    {% do customer_segmentation.csv_rows(
        name, 'count(columns(*))', customer_segmentation.input_relation(name)
    ) %}
{% endmacro %}
