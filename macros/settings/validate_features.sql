{#- That every feature is a column of the segmentation's features model, by the
    columns that its YAML names, and has a name that a column may have. -#}
{% macro validate_features(name, settings) %}
    {% set model = 'int_' ~ name ~ '__features' %}
    {% set place = 'var segmentations: {' ~ name ~ ": …}: setting 'features' has " %}
    {% for node in graph.nodes.values() if node.name == model %}
        {% set columns = node.columns.keys() | reject('eq', 'entity_id') | list %}
        {% for feature in settings.features if columns and feature not in columns %}
            {{ exceptions.raise_compiler_error(
                place ~ customer_segmentation.shown(feature)
                ~ '; expected columns of ' ~ model ~ ': ' ~ columns | join(', ') ~ '.'
            ) }}
        {% endfor %}
    {% endfor %}
    {% for feature in settings.features
        if not feature | trim or '"' in feature or feature | lower == 'entity_id' %}
        {{ exceptions.raise_compiler_error(
            place ~ customer_segmentation.shown(feature)
            ~ '; expected names of columns, without a double quote and other than '
            ~ 'entity_id. Name a question of a survey otherwise by SQL: inputs: '
            ~ '{survey_responses: {columns: {question_id: …}}}, and the same in '
            ~ 'survey_questions.'
        ) }}
    {% endfor %}
{% endmacro %}
