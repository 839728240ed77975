{#- A floating-point number with so many decimals. -#}
{% macro rounded(expression, decimals) %}
    {{ return(adapter.dispatch('rounded', 'customer_segmentation')(
        expression, decimals
    )) }}
{% endmacro %}


{% macro default__rounded(expression, decimals) %}
    {{ return('round(' ~ expression ~ ', ' ~ decimals ~ ')') }}
{% endmacro %}


{#- PostgreSQL rounds no floating-point number to decimals. -#}
{% macro postgres__rounded(expression, decimals) %}
    {{ return(
        'cast(round(cast(' ~ expression ~ ' as numeric), ' ~ decimals ~ ') as '
        ~ customer_segmentation.column_type('double') ~ ')'
    ) }}
{% endmacro %}
