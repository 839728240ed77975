{#- Why a prediction is not fitted where no Python runs, and what scores, as SQL text. -#}
{% macro without_fit(prediction) %}
    {% if prediction == 'lifetime' and var('lifetime_model') is none %}
        {{ return("'switched off by var lifetime_model'") }}
    {% endif %}
    {% set text = customer_segmentation.approved_text(
        'approved_formulas', prediction
    ) %}
    {{ return(customer_segmentation.sql_text(
        'without Python models nothing is fitted; ' ~ (
            'the approved formulas score' if text is not none
            else 'approve_formulas, where they run, writes formulas that score'
        )
    )) }}
{% endmacro %}
