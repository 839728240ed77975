{#- What a fit depends on beside the data: the settings of a segmentation and where its
    inputs are, as the vars of this run say. -#}
{% macro fitted_with(name) %}
    {% set inputs = ['feature_sample'] if customer_segmentation.has_feature_sample()
        else customer_segmentation.segmentation_meta(name).get('inputs', []) %}
    {% set places = [] %}
    {% for input in inputs %}
        {% do places.append(customer_segmentation.describe_input(input)) %}
    {% endfor %}
    {{ return(dict(
        customer_segmentation.segmentation_settings(name), inputs=places
    )) }}
{% endmacro %}
