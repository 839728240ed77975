{#- Features that are sums of money paid, and so follow prices. -#}
{% macro money_features() %}
    {{ return(['total_sales', 'average_order_value', 'money_spent']) }}
{% endmacro %}
