{#- The type of each expression, in lower case, as the warehouse tells it without
    reading a row. -#}
{% macro input_types(relation, expressions) %}
    {% set types = {} %}
    {% set items = [] %}
    {% for column, expression in expressions.items() %}
        {% do items.append(expression ~ ' as ' ~ column) %}
    {% endfor %}
    {% if items %}
        {% for column in get_column_schema_from_query(
            'select ' ~ items | join(', ') ~ ' from ' ~ relation
        ) %}
            {% do types.update({column.name | lower: column.dtype | lower}) %}
        {% endfor %}
    {% endif %}
    {{ return(types) }}
{% endmacro %}
