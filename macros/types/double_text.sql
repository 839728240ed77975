{#- A floating-point number as text, whole ones with a decimal: 184.0. -#}
{% macro double_text(expression) %}
    {{ return(adapter.dispatch('double_text', 'customer_segmentation')(expression)) }}
{% endmacro %}


{% macro default__double_text(expression) %}
    {{ return('cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')') }}
{% endmacro %}


{#- PostgreSQL writes 184. -#}
{% macro postgres__double_text(expression) %}
    {{ return(
        'cast(' ~ expression ~ ' as text) || case when ' ~ expression ~ ' = floor('
        ~ expression ~ ') and abs(' ~ expression ~ ") < 1e15 then '.0' else '' end"
    ) }}
{% endmacro %}
