{#- The segmentations that are switched on: the name and settings of each, and the
    relations of the models asked for, such as `features` for int_<name>__features. -#}
{% macro segmentation_parts(models) %}
    {% set parts = [] %}
    {% for name in customer_segmentation.enabled_segmentations() %}
        {% set part = {
            'name': name,
            'settings': customer_segmentation.segmentation_settings(name),
        } %}
        {% for model in models %}
            {% set full_name = 'int_' ~ name ~ '__' ~ model %}
            {% do part.update({
                model: customer_segmentation.fit_ref(full_name) if model == 'rules'
                    else ref(full_name)
            }) %}
        {% endfor %}
        {% do parts.append(part) %}
    {% endfor %}
    {{ return(parts) }}
{% endmacro %}
