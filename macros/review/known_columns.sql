{#- The columns of a relation that a condition or formula names, as `there`, the names
    that it has, writes them. Another name stops the build with its place and a remedy. -#}
{% macro known_columns(sql, relation, there, place, remedy) %}
    {% set known = {} %}
    {% for name in there %}
        {% do known.update({name.lower(): name}) %}
    {% endfor %}
    {% set columns = [] %}
    {% for column in customer_segmentation.condition_columns(sql) %}
        {% if column.lower() not in known %}
            {{ exceptions.raise_compiler_error(
                place ~ ': found column ' ~ column ~ '; expected one of '
                ~ there | sort | join(', ') ~ ' of ' ~ relation.identifier
                ~ '. ' ~ remedy
            ) }}
        {% endif %}
        {% do columns.append(known[column.lower()]) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
