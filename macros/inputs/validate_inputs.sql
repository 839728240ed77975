{% macro validate_inputs() %}
    {% set specification = customer_segmentation.input_specification() %}
    {% set inputs = customer_segmentation.dict_var('inputs') %}
    {% for name in inputs if name not in specification %}
        {{ exceptions.raise_compiler_error(
            'var inputs: unknown input ' ~ customer_segmentation.shown(name)
            ~ '. Inputs are: ' ~ specification.keys() | join(', ') ~ '.'
        ) }}
    {% endfor %}
    {% for name, settings in inputs.items() if settings is not none %}
        {% do customer_segmentation.validate_input(name, settings) %}
    {% endfor %}
{% endmacro %}
