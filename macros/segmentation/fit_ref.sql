{#- A table that Python fits; none without Python models, so that no SQL asks
    for a model that is not there. -#}
{% macro fit_ref(model) %}
    {{ return(ref(model) if customer_segmentation.python_models() else none) }}
{% endmacro %}
