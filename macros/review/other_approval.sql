{#- What to say where the centroids of the approval have no scale that is theirs, as after
    one of the approved files alone was taken back in git; none where all is of one
    approval, or no centroids are approved. -#}
{% macro other_approval(name) %}
    {% set centroids = customer_segmentation.approved_text('approved_centroids', name) %}
    {% set reason = customer_segmentation.approved_fit(name).reason %}
    {% if reason is none or not (centroids or '').strip() %}
        {{ return(none) }}
    {% endif %}
    {{ return('the scale of its approved centroids is not used: ' ~ reason ~ '.') }}
{% endmacro %}
