{% macro forget_stale_features(name) -%}
{{ customer_segmentation.forget_stale_periods(
    customer_segmentation.features_built_from(name)
) }}
{%- endmacro %}
