{#- Reads a CSV file once, before any model is built, so that its lines stop the run
    here. Every column is counted, because only what is asked for is decoded. -#}
{% macro validate_csv_lines(name) %}
    {% do customer_segmentation.csv_rows(
        name, 'count(columns(*))', customer_segmentation.input_relation(name)
    ) %}
{% endmacro %}
