{#- Stops with a message where a family names a feature that the relation of features
    does not have. -#}
{% macro validate_bucket_features(families, features_relation) %}
    {% if not execute or features_relation.is_cte
        or load_relation(features_relation) is none %}
        {{ return('') }}
    {% endif %}
    {% set known = adapter.get_columns_in_relation(features_relation)
        | map(attribute='name') | list %}
    {% for family in families if family.feature not in known %}
        {{ exceptions.raise_compiler_error(
            'seed bucket_edges: family ' ~ family.name ~ ', column feature: found '
            ~ customer_segmentation.shown(family.feature) ~ '; expected one of '
            ~ known | reject('equalto', 'customer_id') | sort | join(', ')
            ~ '. Correct it, or name the number under the customers input: '
            ~ 'inputs: {customers: {features: {' ~ family.feature ~ ': COLUMN}}}.'
        ) }}
    {% endfor %}
{% endmacro %}
