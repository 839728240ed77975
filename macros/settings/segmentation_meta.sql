{#- What the models of a segmentation say of it in their meta: `entity` (customer or
    respondent), `inputs` and `settings`, where the defaults and the var were merged.
    While dbt parses there is no graph to read: an empty dict. -#}
{% macro segmentation_meta(name) %}
    {% if not execute %}
        {{ return({}) }}
    {% endif %}
    {% set model = 'int_' ~ name ~ '__segments' %}
    {% for node in graph.nodes.values() if node.name == model %}
        {{ return(node.config.meta) }}
    {% endfor %}
    {{ exceptions.raise_compiler_error(
        "segmentation_meta: no model " ~ model ~ " for segmentation '"
        ~ name ~ "'. Add the model or take the name out of var "
        ~ "segmentation_names."
    ) }}
{% endmacro %}
