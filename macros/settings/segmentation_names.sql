{% macro segmentation_names() %}
    {% set names = var('segmentation_names') %}
    {% if names is string or names is mapping or names is not sequence
        or names | reject('string') | list
        or names | unique | list | length != names | length %}
        {{ exceptions.raise_compiler_error(
            'var segmentation_names: found ' ~ customer_segmentation.shown(names)
            ~ '; expected a list of different names, like [purchase_behaviour].'
        ) }}
    {% endif %}
    {{ return(names) }}
{% endmacro %}
