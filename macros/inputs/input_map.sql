{#- The user's map of an input: our column names to theirs. -#}
{% macro input_map(name) %}
    {{ return(((var('inputs') or {}).get(name) or {}).get('columns') or {}) }}
{% endmacro %}
