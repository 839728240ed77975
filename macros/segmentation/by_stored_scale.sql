{#- The settings with the stored map in place of rank_first, which ranks the rows of
    today: for other rows, and for values that nobody has. -#}
{% macro by_stored_scale(settings) %}
    {% set scalings = {} %}
    {% for feature in settings.features %}
        {% set kind = customer_segmentation.feature_scaling(settings, feature) %}
        {% do scalings.update({feature: 'rank' if kind == 'rank_first' else kind}) %}
    {% endfor %}
    {{ return(dict(settings, scaling=scalings)) }}
{% endmacro %}
