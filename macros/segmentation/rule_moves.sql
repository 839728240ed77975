{#- Every way into a rule by one feature: above its lower bound or down to its upper
    one, where the other bounds hold already; and the different cuts among them. A rule
    on a column that is not scaled, or on `is null`, has no distance and no way in. -#}
{% macro rule_moves(rules, features) %}
    {% set cuts = [] %}
    {% set moves = [] %}
    {% for rule in rules %}
        {% set other_kinds = [] %}
        {% for feature, bound in rule.bounds.items() if feature not in features
            or not bound.get('includes_values', true)
            or (bound.lower is none and bound.upper is none) %}
            {% do other_kinds.append(feature) %}
        {% endfor %}
        {% for feature, bound in rule.bounds.items() if not other_kinds %}
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
                {% set outside = ('<' if side == 'lower' else '>')
                    ~ ('' if is_inclusive else '=') %}
                {% do moves.append({
                    'feature': feature,
                    'cut': bound[side],
                    'segment_id': rule.segment_id,
                    'outside': outside,
                    'target': (
                        feature, cuts.index((feature, bound[side])) + 1, outside
                    ),
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
