{#- Text without blanks at its ends; nothing but blanks is NULL. -#}
{% macro clean_text(expression) %}
    {% set text_type = dbt.type_string() %}
    {% if expression is none %}
        {{ return('cast(null as ' ~ text_type ~ ')') }}
    {% endif %}
    {{ return("nullif(trim(cast(" ~ expression ~ " as " ~ text_type ~ ")), '')") }}
{% endmacro %}
