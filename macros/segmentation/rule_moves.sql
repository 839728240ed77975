{#- Every way into a rule by one feature: above its lower bound or down to its upper
    one, where the other bounds hold already; and the different cuts among them. -#}
{% macro rule_moves(rules) %}
    {% set cuts = [] %}
    {% set moves = [] %}
    {% for rule in rules %}
        {% for feature, bound in rule.bounds.items() %}
            {% set others = [] %}
            {% for other, other_bound in rule.bounds.items() if other != feature %}
                {% do others.append(customer_segmentation.bound_condition(
                    other, dict(other_bound, includes_null=false)
                )) %}
            {% endfor %}
            {% for side in ['lower', 'upper'] if bound[side] is not none %}
                {% if (feature, bound[side]) not in cuts %}
                    {% do cuts.append((feature, bound[side])) %}
                {% endif %}
                {% do moves.append({
                    'feature': feature,
                    'cut': bound[side],
                    'cut_index': cuts.index((feature, bound[side])) + 1,
                    'segment_id': rule.segment_id,
                    'is_upward': side == 'lower',
                    'others': others,
                }) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
    {{ return({'cuts': cuts, 'moves': moves}) }}
{% endmacro %}
