{#- That every feature is a column of the segmentation's features model, by the
    columns that its YAML names. -#}
{% macro validate_features(name, settings) %}
    {% set model = 'int_' ~ name ~ '__features' %}
    {% for node in graph.nodes.values() if node.name == model %}
        {% set columns = node.columns.keys() | reject('eq', 'entity_id') | list %}
        {% for feature in settings.features if columns and feature not in columns %}
            {{ exceptions.raise_compiler_error(
                'var segmentations: {' ~ name ~ ": …}: setting 'features' has "
                ~ customer_segmentation.shown(feature)
                ~ '; expected columns of ' ~ model ~ ': ' ~ columns | join(', ') ~ '.'
            ) }}
        {% endfor %}
    {% endfor %}
{% endmacro %}
