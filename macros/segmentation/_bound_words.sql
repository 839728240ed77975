{#- What a bound says of its feature, in words. -#}
{% macro _bound_words(bound) %}
    {% set words = [] %}
    {% if not bound.includes_values %}
        {{ return('is unknown' if bound.includes_null else 'impossible') }}
    {% elif bound.lower is not none and bound.lower == bound.upper %}
        {% do words.append('exactly ' ~ bound.lower) %}
    {% else %}
        {% if bound.lower is not none %}
            {% do words.append(
                ('at least ' if bound.is_lower_inclusive else 'above ') ~ bound.lower
            ) %}
        {% endif %}
        {% if bound.upper is not none %}
            {% do words.append(
                ('at most ' if bound.is_upper_inclusive else 'below ') ~ bound.upper
            ) %}
        {% endif %}
    {% endif %}
    {{ return(
        (words | join(' and ') or 'is known')
        ~ (' or unknown' if bound.includes_null else '')
    ) }}
{% endmacro %}
