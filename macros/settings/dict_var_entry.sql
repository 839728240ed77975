{#- One input's or one segmentation's settings in a var; empty where there are
    none. -#}
{% macro dict_var_entry(var_name, key) %}
    {% set entry = customer_segmentation.dict_var(var_name).get(key) %}
    {% if entry is not none and entry is not mapping %}
        {{ exceptions.raise_compiler_error(
            'var ' ~ var_name ~ ': {' ~ key ~ ': …}: found '
            ~ customer_segmentation.shown(entry) ~ '; expected a dict, like '
            ~ {
                'inputs': '{' ~ key ~ ': {file: data/' ~ key ~ '.csv}}',
                'segmentations': '{' ~ key ~ ': {k: 4}}',
            }[var_name] ~ '.'
        ) }}
    {% endif %}
    {{ return(entry or {}) }}
{% endmacro %}
