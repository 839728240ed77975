{#- The scale of centroids_ref for entities of a period that is over: the stored one,
    which is the approved one where Python does not run, else the approved one as a
    select, where there is one. -#}
{% macro period_scaling(name) %}
    {% set fitted = ref('int_' ~ name ~ '__scaling') %}
    {% set approved = customer_segmentation.approved_fit(name)
        if execute and customer_segmentation.python_models() else {} %}
    {% if not approved.get('scale') %}
        {{ return(fitted) }}
    {% endif %}
    {{ return(
        '(' ~ customer_segmentation._approved_scaling(name, approved.scale)
        ~ ') as approved_scaling'
    ) }}
{% endmacro %}
