{#- The condition that an entity can be placed: every feature is known. -#}
{% macro complete_row(features) %}
    {% set conditions = [] %}
    {% for feature in features %}
        {% do conditions.append(adapter.quote(feature) ~ ' is not null') %}
    {% endfor %}
    {{ return(conditions | join(' and ')) }}
{% endmacro %}
