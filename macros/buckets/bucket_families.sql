{#- The families of buckets and their edges, read while dbt compiles. Before the edges
    exist (dbt compile, docs, the linter) the four that the marts name have none. -#}
{% macro bucket_families(edges_relation) %}
    {% set families = [] %}
    {% for row in customer_segmentation.fitted_rows(
        edges_relation,
        ['family', 'feature', 'bucket', 'lower_edge', 'upper_edge', 'bucket_order'],
        'family, bucket_order'
    ) %}
        {% if not families or families[-1].name != row.family %}
            {% do families.append(
                {'name': row.family, 'feature': row.feature, 'buckets': []}
            ) %}
        {% endif %}
        {% do families[-1].buckets.append(row) %}
    {% endfor %}
    {% if not families %}
        {% for name in ['age', 'income', 'propensity', 'spend'] %}
            {% do families.append({'name': name, 'feature': 'customer_id',
                                   'buckets': []}) %}
        {% endfor %}
    {% endif %}
    {{ return(families) }}
{% endmacro %}
