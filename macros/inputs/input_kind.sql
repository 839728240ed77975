{#- Where an input comes from: `demo` while no input is given, else `file`,
    `relation`, `model`, `query` or `absent`. Demo rows never mix with a user's. There
    is no demo of feature_sample, which another engine writes. -#}
{% macro input_kind(name) %}
    {% if not customer_segmentation.dict_var('inputs') %}
        {{ return('absent' if name == 'feature_sample' else 'demo') }}
    {% endif %}
    {% set settings = customer_segmentation.dict_var_entry('inputs', name) %}
    {{ return(
        'file' if 'file' in settings
        else 'relation' if 'relation' in settings
        else 'model' if 'model' in settings
        else 'query' if 'query' in settings
        else 'absent'
    ) }}
{% endmacro %}
