{#- The scale of centroids_ref for entities of a period that is over: a relation, or the
    approved scale as a select. -#}
{% macro period_scaling(name) %}
    {% set fitted = ref('int_' ~ name ~ '__scaling') %}
    {% set approved = customer_segmentation.approved_fit(name) if execute else {} %}
    {% if not approved.get('scale') %}
        {{ return(fitted) }}
    {% endif %}
    {{ return(
        '(' ~ customer_segmentation._approved_scaling(name, approved.scale)
        ~ ') as approved_scaling'
    ) }}
{% endmacro %}
