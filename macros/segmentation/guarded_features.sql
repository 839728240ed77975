{#- The features of which an unknown value ends in the first branch, whatever else is. -#}
{% macro guarded_features(guard) %}
    {% set features = [] %}
    {% for box in customer_segmentation.condition_boxes(guard.condition) or []
        if box | length == 1 %}
        {% for feature, bound in box.items() if bound.includes_null %}
            {% do features.append(feature) %}
        {% endfor %}
    {% endfor %}
    {{ return(features) }}
{% endmacro %}
