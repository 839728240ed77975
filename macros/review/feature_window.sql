{#- The orders, or the answers, of which the features of a segmentation are made, in
    words; none where they are made of neither. -#}
{% macro feature_window(name) %}
    {% set settings = customer_segmentation.segmentation_settings(name) %}
    {% set inputs = customer_segmentation.segmentation_meta(name).get('inputs', []) %}
    {% if 'scale' in settings %}
        {{ return('answers from ' ~ settings.scale | join(' to ')) }}
    {% elif 'order_lines' not in inputs and 'complaints' not in inputs %}
        {{ return(none) }}
    {% endif %}
    {{ return(
        'the last ' ~ settings.feature_window_days ~ ' days'
        if settings.feature_window_days else 'the whole lifetime'
    ) }}
{% endmacro %}
