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
                {% set is_inclusive = bound.get(
                    'is_' ~ side ~ '_inclusive', side == 'upper'
                ) %}
                {% do moves.append({
                    'feature': feature,
                    'cut': bound[side],
                    'cut_index': cuts.index((feature, bound[side])) + 1,
                    'segment_id': rule.segment_id,
                    'outside': ('<' if side == 'lower' else '>')
                        ~ ('' if is_inclusive else '='),
                    'bound': dict(
                        bound,
                        includes_null=false,
                        lower=bound.lower if side == 'lower' else none,
                        upper=bound.upper if side == 'upper' else none
                    ),
                    'others': others,
                }) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
    {{ return({'cuts': cuts, 'moves': moves}) }}
{% endmacro %}
