{#- Whether features come from a sample that another engine wrote, not from tables. -#}
{% macro has_feature_sample() %}
    {{ return(
        customer_segmentation.input_kind('feature_sample') not in ['demo', 'absent']
    ) }}
{% endmacro %}
