{#- What counts as drift, once: the chance of a false call per segmentation and
    period, the effects that matter, the change of prices that is one, and of how many
    customers it is measured at most. -#}
{% macro drift_thresholds() %}
    {{ return({
        'chance': 0.01,
        'moderate': {
            'psi': 0.1,
            'share_change': 0.03,
            'relative_change': 0.15,
            'psi_with_relative_change': 0.02,
        },
        'significant': {
            'psi': 0.25,
            'share_change': 0.1,
            'relative_change': 0.5,
            'psi_with_relative_change': 0.1,
        },
        'price_change': 0.05,
        'sampled_customers': 100000,
    }) }}
{% endmacro %}
