{#- The columns of a table or view that hold whole numbers. -#}
{% macro whole_columns(relation) %}
    {% set names = [] %}
    {% if execute and load_relation(relation) is not none %}
        {% for column in adapter.get_columns_in_relation(relation)
            if column.is_integer() %}
            {% do names.append(column.name) %}
        {% endfor %}
    {% endif %}
    {{ return(names) }}
{% endmacro %}
