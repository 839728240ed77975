{#- What a fit of the propensity needs to know of a customer. -#}
{% macro propensity_columns() %}
    {{ return([
        'order_count', 'total_sales', 'recency_days', 'tenure_days', 'overdue_ratio',
        'outcome_order_count'
    ]) }}
{% endmacro %}
