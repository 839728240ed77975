{#- Numbers of the customers beyond ours, by name: the key `features` of the input. -#}
{% macro further_features() %}
    {% set features = customer_segmentation.dict_var_entry('inputs', 'customers')
        .get('features') %}
    {{ return(features.keys() | list if features is mapping else []) }}
{% endmacro %}
