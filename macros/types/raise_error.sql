{#- SQL that stops a model with a message, for what only the data can tell. -#}
{% macro raise_error(message) %}
    {{ return(adapter.dispatch('raise_error', 'customer_segmentation')(message)) }}
{% endmacro %}


{% macro default__raise_error(message) %}
    {{ return("raise_error('" ~ message | replace("'", "''") ~ "')") }}
{% endmacro %}


{% macro duckdb__raise_error(message) %}
    {{ return("error('" ~ message | replace("'", "''") ~ "')") }}
{% endmacro %}
