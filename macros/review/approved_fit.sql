{#- Centroids and their scale as they were approved, for where Python does not run: a
    dict of scale, as SQL of rows, and of reason, why there is none. -#}
{% macro approved_fit(name) %}
    {% set centroids = customer_segmentation.approved_text('approved_centroids', name) %}
    {% set scale = customer_segmentation.approved_text('approved_scale', name) %}
    {% set file = customer_segmentation.approved_place('approved_scales', name) %}
    {% if centroids is none or not centroids.strip() %}
        {{ return({'scale': none, 'reason': 'no centroids are approved'}) }}
    {% elif scale is none %}
        {{ return({'scale': none, 'reason': 'there is no ' ~ file
            ~ ' with the scale of the approved centroids; approve_rules writes it'}) }}
    {% endif %}
    {% set expected = customer_segmentation.approved_scale_mark(name, centroids) %}
    {% set found = scale.strip().split('\n')[0].removeprefix('-- ') %}
    {% if found == expected %}
        {{ return({'scale': scale.strip(), 'reason': none}) }}
    {% elif found.split('; ')[0] != expected.split('; ')[0] %}
        {{ return({'scale': none, 'reason': file ~ ' is not of the same approval as '
            ~ customer_segmentation.approved_place('approved_rules', name)
            ~ '; approve again, or restore both'}) }}
    {% endif %}
    {{ return({'scale': none, 'reason': file ~ ' has the scaling '
        ~ found.split('; ')[1] ~ ', the settings say ' ~ expected.split('; ')[1]
        ~ '; approve again, or set scaling and features back'}) }}
{% endmacro %}
