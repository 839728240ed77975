{% macro validate_segmentations() %}
    {% set names = customer_segmentation.segmentation_names() %}
    {% for name in customer_segmentation.dict_var('segmentations')
        if name not in names %}
        {{ exceptions.raise_compiler_error(
            'var segmentations: unknown segmentation '
            ~ customer_segmentation.shown(name)
            ~ '. Segmentations are: ' ~ names | join(', ')
            ~ ' (var segmentation_names).'
        ) }}
    {% endfor %}
    {% for node in graph.nodes.values() if node.resource_type == 'model'
        and modules.re.fullmatch('int_.+__segments', node.name)
        and node.name[4:-10] not in names %}
        {% do exceptions.warn(
            'model ' ~ node.name ~ ': segmentation ' ~ node.name[4:-10]
            ~ ' is not in var segmentation_names, so no mart has it. Add it there; '
            ~ 'var segmentations: {' ~ node.name[4:-10] ~ ': {enabled: false}} '
            ~ 'switches it off.'
        ) %}
    {% endfor %}
    {% for name in customer_segmentation.enabled_segmentations() %}
        {% set settings = customer_segmentation.segmentation_settings(name) %}
        {% do customer_segmentation.validate_settings(
            name, settings, customer_segmentation.segmentation_meta(name).get('inputs', [])
        ) %}
        {% do customer_segmentation.validate_features(name, settings) %}
    {% endfor %}
{% endmacro %}
