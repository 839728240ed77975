{#- The inputs that a segmentation cannot do without, from its models' meta. -#}
{% macro segmentation_inputs(name) %}
    {% set model = 'int_' ~ name ~ '__segments' %}
    {% for node in graph.nodes.values() if node.name == model %}
        {{ return(node.config.meta.inputs) }}
    {% endfor %}
    {{ return([]) }}
{% endmacro %}
