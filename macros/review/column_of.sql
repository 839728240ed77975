{#- The column that a name in SQL means: without its quotation marks, or in lower case. -#}
{% macro column_of(name) %}
    {% set quote = name[0] %}
    {% if quote in ['"', '`'] %}
        {{ return(name[1:-1] | replace(quote ~ quote, quote)) }}
    {% endif %}
    {{ return(name.lower()) }}
{% endmacro %}
