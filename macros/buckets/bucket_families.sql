{#- The families of buckets by their edges, read while dbt compiles. Before the edges
    exist (dbt compile, docs, the linter) the four that the marts name have none. -#}
{% macro bucket_families(edges_relation) %}
    {% set families = [] %}
    {% for row in customer_segmentation.fitted_rows(
        edges_relation,
        ['family', 'feature', 'bucket', 'lower_edge', 'upper_edge', 'bucket_order'],
        'family, lower_edge is not null, lower_edge'
    ) %}
        {% do customer_segmentation.validate_bucket(row) %}
        {% if not families or families[-1].name != row.family %}
            {% do families.append(
                {'name': row.family, 'feature': row.feature, 'buckets': []}
            ) %}
        {% endif %}
        {% do families[-1].buckets.append(row) %}
    {% endfor %}
    {% set is_read = families | length > 0 %}
    {% for name in ['age', 'income', 'propensity', 'spend']
        if name not in families | map(attribute='name') %}
        {% if is_read %}
            {{ exceptions.raise_compiler_error(
                'seed bucket_edges: found no family ' ~ name ~ '; expected age, income, '
                ~ 'propensity and spend, which the marts name. Where nobody has a value, '
                ~ 'everybody is Unknown.'
            ) }}
        {% endif %}
        {% do families.append({'name': name, 'feature': 'customer_id', 'buckets': []}) %}
    {% endfor %}
    {{ return(families) }}
{% endmacro %}
