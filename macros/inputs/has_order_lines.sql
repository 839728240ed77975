{#- Whether sales are known: a sample of features from another engine has none. -#}
{% macro has_order_lines() %}
    {{ return(customer_segmentation.input_kind('order_lines') != 'absent') }}
{% endmacro %}
