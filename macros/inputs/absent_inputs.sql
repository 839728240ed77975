{#- Which of these inputs nothing gives; a sample of features needs none of them. -#}
{% macro absent_inputs(inputs) %}
    {% set absent = [] %}
    {% for name in inputs if customer_segmentation.input_kind(name) == 'absent'
        and not customer_segmentation.has_feature_sample() %}
        {% do absent.append(name) %}
    {% endfor %}
    {{ return(absent) }}
{% endmacro %}
