{#- Stops with a message where a row of the seed bucket_edges cannot be a column's name or
    a label of its own. -#}
{% macro validate_bucket(row) %}
    {% if not modules.re.match('^[a-z][a-z0-9_]*$', row.family or '')
        or row.family in ['region', 'rfm'] %}
        {{ exceptions.raise_compiler_error(
            'seed bucket_edges: column family: found '
            ~ customer_segmentation.shown(row.family)
            ~ '; expected small letters, digits and _, for a column like age_bucket, and '
            ~ 'neither region nor rfm, which there are.'
        ) }}
    {% elif row.bucket == 'Unknown' %}
        {{ exceptions.raise_compiler_error(
            'seed bucket_edges: family ' ~ row.family ~ ', column bucket: found Unknown, '
            ~ 'which is the bucket of those without a value; expected another name.'
        ) }}
    {% endif %}
{% endmacro %}
