{#- The orders of which features are made, in words; none where they are made of none. -#}
{% macro feature_window(settings) %}
    {% if 'feature_window_days' not in settings %}
        {{ return(none) }}
    {% endif %}
    {{ return(
        'the last ' ~ settings.feature_window_days ~ ' days'
        if settings.feature_window_days else 'the whole lifetime'
    ) }}
{% endmacro %}
