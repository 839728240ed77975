{% macro validate_input_table(name, table) %}
    {% set relation = customer_segmentation.input_relation(name) %}
    {% set found = adapter.get_relation(
        relation.database, relation.schema, relation.identifier
    ) %}
    {% if found is none %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ": {relation: …}}: no table or view '"
            ~ table ~ "' (looked for " ~ relation ~ '). Expected '
            ~ 'schema.table or database.schema.table in the warehouse '
            ~ 'that the profile names.'
        ) }}
    {% endif %}
{% endmacro %}
