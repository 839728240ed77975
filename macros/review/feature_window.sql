{#- The orders, or the answers, of which features are made, in words; none where they are
    made of none. -#}
{% macro feature_window(settings) %}
    {% if 'scale' in settings %}
        {{ return('answers from ' ~ settings.scale | join(' to ')) }}
    {% elif 'feature_window_days' not in settings %}
        {{ return(none) }}
    {% endif %}
    {{ return(
        'the last ' ~ settings.feature_window_days ~ ' days'
        if settings.feature_window_days else 'the whole lifetime'
    ) }}
{% endmacro %}
