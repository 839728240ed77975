{#- The user's map of an input: our column names to theirs, and the names of further
    features of the customers. -#}
{% macro input_map(name) %}
    {% set settings = customer_segmentation.dict_var_entry('inputs', name) %}
    {{ return(dict(settings.get('columns') or {}, **(settings.get('features') or {}))) }}
{% endmacro %}
