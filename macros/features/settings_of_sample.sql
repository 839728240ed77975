{#- What sample_settings said where the sample was written; none if it does not say. -#}
{% macro settings_of_sample(feature_set) %}
    {% set rows = customer_segmentation.fitted_rows(
        ref('stg_inputs__feature_sample'), ['min(settings)'], '1',
        "feature_set = '" ~ feature_set ~ "'"
    ) %}
    {{ return(rows[0].values() | first if rows else none) }}
{% endmacro %}
