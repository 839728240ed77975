{#- Alternatives over one feature, of which one is `is null`, are one bound that includes
    unknown values. -#}
{% macro _joined_boxes(boxes) %}
    {% set features, valued = [], [] %}
    {% for box in boxes %}
        {% for feature, bound in box.items() %}
            {% do features.append(feature) %}
            {% if bound.includes_values %}
                {% do valued.append(bound) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% if features | length == boxes | length and features | unique | list | length == 1
        and valued | length == 1 and boxes | length == 2 %}
        {{ return([{features[0]: dict(valued[0], includes_null=true)}]) }}
    {% endif %}
    {{ return(boxes) }}
{% endmacro %}
