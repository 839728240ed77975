{% macro enabled_segmentations() %}
    {% set names = [] %}
    {% for name in customer_segmentation.segmentation_names() %}
        {% set overrides = (var('segmentations') or {}).get(name) or {} %}
        {% if overrides.get('enabled', true) %}
            {% do names.append(name) %}
        {% endif %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
