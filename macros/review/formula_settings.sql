{#- What a formula was fitted for; it scores nothing else. -#}
{% macro formula_settings(prediction) %}
    {{ return(
        var('propensity_horizon_days') ~ ' days ahead'
        ~ ('' if prediction == 'propensity' else ' by ' ~ var('lifetime_model'))
    ) }}
{% endmacro %}
