{#- An operation was asked for a segmentation that there is. -#}
{% macro check_segmentation(operation, segmentation) %}
    {% set names = customer_segmentation.enabled_segmentations() %}
    {% if segmentation not in names %}
        {{ exceptions.raise_compiler_error(
            operation ~ ': segmentation: found '
            ~ (customer_segmentation.shown(segmentation) or 'none')
            ~ '; expected one of ' ~ names | join(', ') ~ ", like --args '{segmentation: "
            ~ (names | first or '…') ~ "}'."
        ) }}
    {% endif %}
{% endmacro %}
