{#- Rules told apart by one comparison and then within each side; none where no
    comparison leaves every rule whole on one side, or an unknown value would come to
    another rule than the one that holds for it. `unknown` are the features of which
    such a value may come here. -#}
{% macro _nested_branches(rules, features, result, unknown) %}
    {% if rules | length == 1 and not rules[0].bounds %}
        {% for feature, bound in rules[0].get('all_bounds', {}).items()
            if feature in features and (feature in unknown) != bound.includes_null %}
            {{ return(none) }}
        {% endfor %}
        {{ return(rules[0][result] | string) }}
    {% endif %}
    {% for feature in features %}
        {% set cuts = [] %}
        {% for rule in rules if feature in rule.bounds %}
            {% for cut in [rule.bounds[feature].lower, rule.bounds[feature].upper]
                if cut is not none and cut not in cuts %}
                {% do cuts.append(cut) %}
            {% endfor %}
        {% endfor %}
        {% for cut in cuts %}
            {% set below, above = [], [] %}
            {% set nulls_above = namespace(value=false) %}
            {% for rule in rules if feature in rule.bounds %}
                {% set bound = rule.bounds[feature] %}
                {% set is_below = bound.upper is not none
                    and bound.upper | float <= cut | float %}
                {% set is_above = bound.lower is not none
                    and bound.lower | float >= cut | float %}
                {% if is_below or is_above %}
                    {% set rest = {
                        'lower': none if bound.lower == cut else bound.lower,
                        'upper': none if bound.upper == cut else bound.upper,
                        'includes_null': bound.includes_null,
                    } %}
                    {% set bounds = dict(rule.bounds) %}
                    {% do bounds.pop(feature) %}
                    {% if rest.lower is not none or rest.upper is not none %}
                        {% do bounds.update({feature: rest}) %}
                    {% endif %}
                    {% do (below if is_below else above).append(
                        dict(rule, bounds=bounds,
                             all_bounds=rule.get('all_bounds', rule.bounds))
                    ) %}
                    {% if is_above and bound.includes_null %}
                        {% set nulls_above.value = true %}
                    {% endif %}
                {% endif %}
            {% endfor %}
            {% if below and above and (below + above) | length == rules | length %}
                {% set others = unknown | reject('equalto', feature) | list %}
                {% set low = customer_segmentation._nested_branches(
                    below, features, result, others if nulls_above.value else unknown
                ) %}
                {% set high = customer_segmentation._nested_branches(
                    above, features, result, unknown if nulls_above.value else others
                ) %}
                {% if low is not none and high is not none %}
                    {% set column = customer_segmentation.bare_name(feature) %}
                    {% set test = column ~ ' > ' ~ cut
                        ~ (' or ' ~ column ~ ' is null' if nulls_above.value else '') %}
                    {#- a CASE in the place of ELSE goes on with branches of its own -#}
                    {{ return(
                        'case\n    when ' ~ test ~ '\n        then '
                        ~ high | indent(8)
                        ~ (low[4:] if low.startswith('case\n')
                           else '\n    else ' ~ low ~ '\nend')
                    ) }}
                {% endif %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}
