{#- The SQL for one of our columns: the user's column where the map (or our own
    name) names one, whatever its case; otherwise the map's text is SQL.
    None where an optional column is not there. -#}
{% macro input_expression(column, column_names, map) %}
    {% set mapped = map.get(column) %}
    {% set wanted = (mapped if mapped is not none else column) | string %}
    {% for found in column_names if found == wanted %}
        {{ return(adapter.quote(found | replace('"', '""'))) }}
    {% endfor %}
    {% for found in column_names
        if found | trim | lower == wanted | trim | lower %}
        {{ return(adapter.quote(found | replace('"', '""'))) }}
    {% endfor %}
    {{ return('(' ~ mapped ~ ')' if mapped is not none else none) }}
{% endmacro %}
