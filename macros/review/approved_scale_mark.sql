{#- By what an approved scale is known to belong to centroids and to settings. -#}
{% macro approved_scale_mark(name, centroids) %}
    {% set settings = customer_segmentation.segmentation_settings(name) %}
    {% set scaling = [] %}
    {% for feature in settings.features | sort %}
        {% do scaling.append(
            feature ~ ': ' ~ customer_segmentation.feature_scaling(settings, feature)
        ) %}
    {% endfor %}
    {{ return(
        'centroids ' ~ local_md5(centroids.split() | join(' '))[:12] ~ '; '
        ~ scaling | join(', ')
    ) }}
{% endmacro %}
