{#- The enabled segmentations whose entities are customers: only they have sales,
    best sellers and a place in customer_segments. -#}
{% macro customer_segmentations() %}
    {% set names = [] %}
    {% for name in customer_segmentation.enabled_segmentations()
        if customer_segmentation.segmentation_meta(name).get('entity') == 'customer' %}
        {% do names.append(name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
