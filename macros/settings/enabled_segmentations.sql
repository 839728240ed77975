{% macro enabled_segmentations() %}
    {% set names = [] %}
    {% for name in customer_segmentation.segmentation_names() %}
        {% set is_enabled = customer_segmentation.dict_var_entry(
            'segmentations', name
        ).get('enabled', true) %}
        {% if is_enabled is not boolean %}
            {{ exceptions.raise_compiler_error(
                'var segmentations: {' ~ name ~ ": …}: setting 'enabled' is "
                ~ customer_segmentation.shown(is_enabled)
                ~ '; expected true or false.'
            ) }}
        {% elif is_enabled %}
            {% do names.append(name) %}
        {% endif %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
