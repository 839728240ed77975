{#- A var that is a dict; empty where it is null. Anything else is said in words
    as soon as something reads it, which is while dbt parses. -#}
{% macro dict_var(name) %}
    {% set value = var(name) %}
    {% if value is not none and value is not mapping %}
        {{ exceptions.raise_compiler_error(
            'var ' ~ name ~ ': found ' ~ customer_segmentation.shown(value)
            ~ '; expected a dict, like ' ~ {
                'inputs': '{order_lines: {file: data/orders.csv}}',
                'cleaning': '{zero_prices: keep}',
                'segmentations': '{purchase_behaviour: {k: 4}}',
                'history': '{grain: week, periods: 26}',
                'rfm_cut_points': '{recency_days: [30, 90, 180, 365]}',
            }[name] ~ '.'
        ) }}
    {% endif %}
    {{ return(value or {}) }}
{% endmacro %}
