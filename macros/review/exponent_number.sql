{#- A number's text with an exponent, which every engine reads as the same double. -#}
{% macro exponent_number(text) %}
    {{ return(
        'null' if text is none else text ~ ('' if 'e' in text else 'e0')
    ) }}
{% endmacro %}
