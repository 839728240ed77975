{% macro feature_scaling(settings, feature) %}
    {% if settings.scaling is mapping %}
        {{ return(settings.scaling[feature]) }}
    {% endif %}
    {{ return(settings.scaling) }}
{% endmacro %}
