{% macro column_type(kind) %}
    {% set types = {
        'text': dbt.type_string(),
        'decimal': 'decimal(18, 4)',
        'timestamp': dbt.type_timestamp(),
        'date': 'date',
        'double': 'double' if target.type == 'spark' else 'double precision',
        'bigint': dbt.type_bigint(),
        'boolean': dbt.type_boolean(),
    } %}
    {% if kind not in types %}
        {{ exceptions.raise_compiler_error(
            "column_type: kind is '" ~ kind ~ "'; allowed are "
            ~ types.keys() | join(', ') ~ '.'
        ) }}
    {% endif %}
    {{ return(types[kind]) }}
{% endmacro %}
