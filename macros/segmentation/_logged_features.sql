{#- The features of which log1p is taken. -#}
{% macro _logged_features(settings) %}
    {% set logged = [] %}
    {% for feature in settings.features
        if customer_segmentation.feature_scaling(settings, feature)
            in ['log1p', 'log1p_zscore'] %}
        {% do logged.append(feature) %}
    {% endfor %}
    {{ return(logged) }}
{% endmacro %}
