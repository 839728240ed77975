{#- The user's map of an input: our column names to theirs. -#}
{% macro input_map(name) %}
    {{ return(
        customer_segmentation.dict_var_entry('inputs', name).get('columns') or {}
    ) }}
{% endmacro %}
