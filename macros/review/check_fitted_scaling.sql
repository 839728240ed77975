{#- Stops an approval that is run with other features or scaling than the build: the
    file would describe, and in part be, other rules than those that were looked at. -#}
{% macro check_fitted_scaling(operation, name) %}
    {% set settings = customer_segmentation.segmentation_settings(name) %}
    {% set expected = {} %}
    {% for feature in settings.features %}
        {% do expected.update(
            {feature: customer_segmentation.feature_scaling(settings, feature)}
        ) %}
    {% endfor %}
    {% set found = {} %}
    {% for row in customer_segmentation.fitted_rows(
        ref('int_' ~ name ~ '__scaling'), ['feature', 'scaling'], 'feature, scaling'
    ) %}
        {% do found.update({row.feature: row.scaling}) %}
    {% endfor %}
    {% if found != expected %}
        {{ exceptions.raise_compiler_error(
            operation ~ ': ' ~ name ~ ': found a fit of '
            ~ customer_segmentation.shown(found) ~ '; expected the settings of this '
            ~ 'run, ' ~ customer_segmentation.shown(expected)
            ~ ' (feature: scaling). Pass the --vars of the build, or build again.'
        ) }}
    {% endif %}
{% endmacro %}
