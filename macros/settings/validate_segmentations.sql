{% macro validate_segmentations() %}
    {% set names = customer_segmentation.segmentation_names() %}
    {% for name in (var('segmentations') or {}) if name not in names %}
        {{ exceptions.raise_compiler_error(
            "var segmentations: unknown segmentation '" ~ name
            ~ "'. Segmentations are: " ~ names | join(', ')
            ~ ' (var segmentation_names).'
        ) }}
    {% endfor %}
    {% for name in customer_segmentation.enabled_segmentations() %}
        {% do customer_segmentation.validate_settings(
            name, customer_segmentation.segmentation_settings(name)
        ) %}
    {% endfor %}
{% endmacro %}
