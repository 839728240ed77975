{#- The enabled segmentations of which the past is computed: those with
    int_<name>__period_features. Without history none. -#}
{% macro history_segmentations() %}
    {% set history = customer_segmentation.history_settings() %}
    {% set names = [] %}
    {% if history.periods != 0 %}
        {% for name in customer_segmentation.enabled_segmentations()
            if name in history.segmentations %}
            {% do names.append(name) %}
        {% endfor %}
    {% endif %}
    {{ return(names) }}
{% endmacro %}
