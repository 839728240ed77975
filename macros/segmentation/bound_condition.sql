{#- A bound as SQL over the bare name of the feature. -#}
{% macro bound_condition(feature, bound, dialect=none) %}
    {% set column = customer_segmentation.bare_name(feature, dialect) %}
    {% set comparisons = [] %}
    {% if bound.lower is not none %}
        {% do comparisons.append(
            column ~ (' >= ' if bound.get('is_lower_inclusive') else ' > ')
            ~ bound.lower
        ) %}
    {% endif %}
    {% if bound.upper is not none %}
        {% do comparisons.append(
            column ~ (' <= ' if bound.get('is_upper_inclusive', true) else ' < ')
            ~ bound.upper
        ) %}
    {% endif %}
    {% set text = comparisons | join(' and ') %}
    {{ return(
        '(' ~ column ~ ' is null or ' ~ text ~ ')' if bound.includes_null else text
    ) }}
{% endmacro %}
