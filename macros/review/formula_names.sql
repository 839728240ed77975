{#- What the formulas of a prediction give. -#}
{% macro formula_names(prediction) %}
    {{ return({
        'propensity': ['propensity'],
        'lifetime': [
            'probability_alive', 'expected_purchases', 'expected_purchase_value'
        ],
    }[prediction]) }}
{% endmacro %}
