{#- What lies in both boxes. -#}
{% macro _common_box(left, right) %}
    {% set box = dict(left) %}
    {% for feature, bound in right.items() %}
        {% if feature not in box %}
            {% do box.update({feature: bound}) %}
        {% else %}
            {% set own = dict(box[feature]) %}
            {% for side, sign in [('lower', 1), ('upper', -1)]
                if bound[side] is not none %}
                {% set inclusive = 'is_' ~ side ~ '_inclusive' %}
                {% set difference = sign * (bound[side] | float - own[side] | float)
                    if own[side] is not none else 1 %}
                {% if difference > 0 or (difference == 0 and not bound[inclusive]) %}
                    {% do own.update({
                        side: bound[side], inclusive: bound[inclusive]
                    }) %}
                {% endif %}
            {% endfor %}
            {% do own.update({
                'includes_values': own.includes_values and bound.includes_values,
                'includes_null': own.includes_null and bound.includes_null,
            }) %}
            {% if own.lower is not none and own.upper is not none and (
                own.lower | float > own.upper | float
                or (own.lower | float == own.upper | float and not
                    (own.is_lower_inclusive and own.is_upper_inclusive))
            ) %}
                {% do own.update({'includes_values': false}) %}
            {% endif %}
            {% do box.update({feature: own}) %}
        {% endif %}
    {% endfor %}
    {{ return(box) }}
{% endmacro %}
