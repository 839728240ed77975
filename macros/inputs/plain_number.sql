{#- A number as people write it: 10, not the 10.0000 of a DECIMAL. -#}
{% macro plain_number(value) %}
    {{ return((value | int if value | int == value else value | float) | string) }}
{% endmacro %}
