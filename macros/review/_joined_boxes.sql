{#- Alternatives over one feature, of which one is `is null`, are one bound that includes
    unknown values. -#}
{% macro _joined_boxes(boxes) %}
    {% set features, valued, unknown = [], [], [] %}
    {% for box in boxes %}
        {% for feature, bound in box.items() %}
            {% do features.append(feature) %}
            {% do (valued if bound.includes_values else unknown).append(bound) %}
        {% endfor %}
    {% endfor %}
    {% if features | length == boxes | length and features | unique | list | length == 1
        and valued | length == 1 and unknown | length == 1
        and unknown[0].includes_null %}
        {{ return([{features[0]: dict(valued[0], includes_null=true)}]) }}
    {% endif %}
    {{ return(boxes) }}
{% endmacro %}
