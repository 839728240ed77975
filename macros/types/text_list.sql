{#- Texts of a group as one, in an order. -#}
{% macro text_list(expression, separator, order_by) %}
    {{ return(adapter.dispatch('text_list', 'customer_segmentation')(
        expression, separator, order_by
    )) }}
{% endmacro %}


{% macro default__text_list(expression, separator, order_by) %}
    {{ return(dbt.listagg(expression, separator, order_by)) }}
{% endmacro %}


{#- dbt's own forgets the order there. -#}
{% macro spark__text_list(expression, separator, order_by) %}
    {{ return(
        'listagg(' ~ expression ~ ', ' ~ separator ~ ') within group (' ~ order_by ~ ')'
    ) }}
{% endmacro %}
