{#- Text as a SQL literal. -#}
{% macro sql_text(value) %}
    {{ return("'" ~ value | string | replace("'", "''") ~ "'") }}
{% endmacro %}
