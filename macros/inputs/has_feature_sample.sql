{#- Whether features come from a sample that another engine wrote, not from tables. -#}
{% macro has_feature_sample() %}
    {{ return(customer_segmentation.is_given('feature_sample')) }}
{% endmacro %}
