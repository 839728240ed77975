{#- The centroids that a segmentation's entities are compared with: the freshly fitted
    ones; where Python does not run, the approved ones. Those of a `period` that is over
    are compared with the approved ones wherever there are any, so that a fit of today
    does not change what was said of them. -#}
{% macro centroids_ref(name, period=none) %}
    {% set fitted = customer_segmentation.fit_ref('int_' ~ name ~ '__centroids') %}
    {% if fitted is not none and not period %}
        {{ return(fitted) }}
    {% endif %}
    {% set approved = ref('int_approved_centroids') %}
    {% set has_approved = execute
        and customer_segmentation.approved_fit(name).reason is none %}
    {{ return(approved if fitted is none or has_approved else fitted) }}
{% endmacro %}
