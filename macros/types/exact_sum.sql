{#- Sums of floating-point numbers depend on the order of rows and threads; sums
    of decimals do not. Nine decimals are kept. -#}
{% macro exact_sum(expression) %}
    {{ return(
        'cast(sum(cast(' ~ expression ~ ' as decimal(38, 9))) as '
        ~ customer_segmentation.column_type('double') ~ ')'
    ) }}
{% endmacro %}
