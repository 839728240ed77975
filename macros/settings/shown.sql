{#- A value of a var as a message shows it: text in quotes, so that "4" and 4, or
    "" and nothing, are told apart. -#}
{% macro shown(value) %}
    {% if value is string %}
        {{ return("'" ~ value ~ "'") }}
    {% elif value is none %}
        {{ return('null') }}
    {% elif value is boolean %}
        {{ return(value | string | lower) }}
    {% endif %}
    {{ return(value | string) }}
{% endmacro %}
