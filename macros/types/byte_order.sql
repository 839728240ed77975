{#- Text to order rows by where the order decides something: byte by byte, not by the
    language of a database. -#}
{% macro byte_order(expression) %}
    {{ return(adapter.dispatch('byte_order', 'customer_segmentation')(expression)) }}
{% endmacro %}


{% macro default__byte_order(expression) %}
    {{ return(expression) }}
{% endmacro %}


{#- Of another collation it would be that of the database, in which B is after a. -#}
{% macro postgres__byte_order(expression) %}
    {{ return(expression ~ ' collate "C"') }}
{% endmacro %}
