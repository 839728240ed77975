{#- The branch that comes first: an entity with an unknown feature has no
    segment. -#}
{% macro missing_condition(features, dialect=none) %}
    {% set conditions = [] %}
    {% for feature in features %}
        {% do conditions.append(
            customer_segmentation.bare_name(feature, dialect) ~ ' is null'
        ) %}
    {% endfor %}
    {{ return(conditions | join(' or ')) }}
{% endmacro %}
