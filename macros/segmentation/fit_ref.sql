{#- A table that Python fits; none where var python_models is false, so that no SQL asks
    for a model that is not there. -#}
{% macro fit_ref(model) %}
    {{ return(ref(model) if customer_segmentation.python_models() else none) }}
{% endmacro %}
