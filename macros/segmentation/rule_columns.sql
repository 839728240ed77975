{#- The columns that rules need: the features, and what approved branches name besides.
    A name that the features do not have stops the build with the branch that has it. -#}
{% macro rule_columns(active, features_relation, settings) %}
    {% set columns = settings.features | list %}
    {% if active.source == 'fitted' or load_relation(features_relation) is none %}
        {{ return(columns) }}
    {% endif %}
    {% set there = adapter.get_columns_in_relation(features_relation)
        | map(attribute='name') | list %}
    {% for rule in active.rules %}
        {% for column in customer_segmentation.known_columns(
            rule.condition, features_relation, there,
            rule.place ~ ", 'when " ~ rule.condition ~ ' then ' ~ rule.segment_id ~ "'",
            'Correct the name, or remove the branch.'
        ) if column not in columns %}
            {% do columns.append(column) %}
        {% endfor %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
