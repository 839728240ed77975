{% macro validate_input_table(name, table) %}
    {% set relation = customer_segmentation.input_relation(name) %}
    {% if not customer_segmentation.table_exists(relation) %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ": {relation: …}}: no table or view '"
            ~ table ~ "' (looked for " ~ relation ~ '). Expected '
            ~ 'schema.table or database.schema.table in the warehouse '
            ~ 'that the profile names.'
        ) }}
    {% endif %}
{% endmacro %}
