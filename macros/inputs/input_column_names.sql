{% macro input_column_names(relation) %}
    {% set names = [] %}
    {% for column in get_column_schema_from_query(
        'select * from ' ~ relation
    ) %}
        {% do names.append(column.name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
