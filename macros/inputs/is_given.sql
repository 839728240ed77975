{#- Whether a user gives this input: neither the demo data do, nor nobody. -#}
{% macro is_given(name) %}
    {{ return(customer_segmentation.input_kind(name) not in ['demo', 'absent']) }}
{% endmacro %}
