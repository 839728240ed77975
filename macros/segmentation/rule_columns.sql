{#- The columns that rules need: the features, and what approved branches name besides.
    A name that the features do not have stops the build with the branch that has it. -#}
{% macro rule_columns(active, features_relation, settings) %}
    {% set columns = settings.features | list %}
    {% if active.source == 'fitted' or load_relation(features_relation) is none %}
        {{ return(columns) }}
    {% endif %}
    {% set known = {} %}
    {% for column in adapter.get_columns_in_relation(features_relation) %}
        {% do known.update({column.name.lower(): column.name}) %}
    {% endfor %}
    {% for rule in active.rules %}
        {% for column in customer_segmentation.condition_columns(rule.condition) %}
            {% if column.lower() not in known %}
                {{ exceptions.raise_compiler_error(
                    active.file ~ ", 'when " ~ rule.condition ~ ' then '
                    ~ rule.segment_id ~ "': found column " ~ column
                    ~ '; expected one of ' ~ known.values() | sort | join(', ')
                    ~ ' of ' ~ features_relation.identifier ~ '. Correct the name, '
                    ~ 'or remove the branch.'
                ) }}
            {% elif known[column.lower()] not in columns %}
                {% do columns.append(known[column.lower()]) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
