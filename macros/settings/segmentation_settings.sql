{#- Read back from the models' meta, where the defaults and the var were merged.
    While dbt parses there is no graph to read: an empty dict. -#}
{% macro segmentation_settings(name) %}
    {% if not execute %}
        {{ return({}) }}
    {% endif %}
    {% set model = 'int_' ~ name ~ '__segments' %}
    {% for node in graph.nodes.values() if node.name == model %}
        {{ return(node.config.meta.settings) }}
    {% endfor %}
    {{ exceptions.raise_compiler_error(
        "segmentation_settings: no model " ~ model ~ " for segmentation '"
        ~ name ~ "'. Add the model or take the name out of var "
        ~ "segmentation_names."
    ) }}
{% endmacro %}
