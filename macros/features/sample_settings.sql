{#- What the numbers of a set of a feature sample depend on, in words: the window of the
    features, or the horizon of the outcomes; none where it is neither. -#}
{% macro sample_settings(feature_set) %}
    {% if feature_set.startswith('propensity_') %}
        {{ return(customer_segmentation.formula_settings('propensity')) }}
    {% endif %}
    {{ return(customer_segmentation.feature_window(feature_set)) }}
{% endmacro %}
