{% macro validate_inputs() %}
    {% set specification = customer_segmentation.input_specification() %}
    {% set inputs = var('inputs') or {} %}
    {% for name in inputs if name not in specification %}
        {{ exceptions.raise_compiler_error(
            "var inputs: unknown input '" ~ name ~ "'. Inputs are: "
            ~ specification.keys() | join(', ') ~ '.'
        ) }}
    {% endfor %}
    {% for name, settings in inputs.items() if settings is not none %}
        {% do customer_segmentation.validate_input(name, settings) %}
    {% endfor %}
{% endmacro %}
