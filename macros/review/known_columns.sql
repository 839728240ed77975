{#- The columns of a relation that a condition or formula names, as the relation writes
    them. Another name stops the build with its place and a remedy. -#}
{% macro known_columns(sql, relation, place, remedy) %}
    {% set known = {} %}
    {% for column in adapter.get_columns_in_relation(relation) %}
        {% do known.update({column.name.lower(): column.name}) %}
    {% endfor %}
    {% set columns = [] %}
    {% for column in customer_segmentation.condition_columns(sql) %}
        {% if column.lower() not in known %}
            {{ exceptions.raise_compiler_error(
                place ~ ': found column ' ~ column ~ '; expected one of '
                ~ known.values() | sort | join(', ') ~ ' of ' ~ relation.identifier
                ~ '. ' ~ remedy
            ) }}
        {% endif %}
        {% do columns.append(known[column.lower()]) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
