{#- The read_csv call for the lines of a CSV file as they are, in the column `line`: the
    delimiter is one that no text has. -#}
{% macro csv_lines_sql(path, encoding) %}
    {{ return(
        'read_csv(' ~ customer_segmentation.sql_text(path) ~ ', encoding = '
        ~ customer_segmentation.sql_text(encoding) ~ ", auto_detect = false, "
        ~ "header = false, delim = '\x01\x02\x03\x04', quote = '', escape = '', "
        ~ "strict_mode = false, columns = {'line': 'varchar'})"
    ) }}
{% endmacro %}
