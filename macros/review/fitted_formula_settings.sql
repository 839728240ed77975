{#- What the formulas in the warehouse were fitted for, as formula_settings says it of
    this run's vars; none where neither orders nor a sample tell the horizon. -#}
{% macro fitted_formula_settings(prediction) %}
    {% set horizon = customer_segmentation.fitted_rows(
        ref('int_prediction_windows'),
        [dbt.datediff('last_known_date', 'outcome_date', 'day')],
        'prediction_window', "prediction_window = 'evaluation'"
    ) %}
    {% set days = horizon[0].values() | first if horizon %}
    {% if days is none %}
        {{ return(customer_segmentation.settings_of_sample('propensity_scoring')) }}
    {% endif %}
    {% set model = customer_segmentation.fitted_rows(
        customer_segmentation.fit_ref('int_lifetime_fit'), ['model'], 'model',
        "part = 'parameter' and model <> 'gamma_gamma'"
    ) if prediction == 'lifetime' else [] %}
    {{ return(
        (days | int) ~ ' days ahead' ~ (' by ' ~ model[0].model if model else '')
    ) }}
{% endmacro %}
