{#- The formulas that score, propensity or lifetime, as a dict of name and SQL: those
    that were approved, and without them those of the fit. -#}
{% macro scoring_formulas(prediction, fit_relation) %}
    {% set text = customer_segmentation.approved_text(
        'approved_formulas', prediction
    ) %}
    {% set formulas = {} %}
    {% if text is none %}
        {% for row in customer_segmentation.fitted_rows(
            fit_relation, ['formula', 'formula_sql'], 'formula', "part = 'formula'"
        ) %}
            {% do formulas.update({row.formula: row.formula_sql}) %}
        {% endfor %}
        {{ return(formulas) }}
    {% elif prediction == 'lifetime' and var('lifetime_model') is none %}
        {{ return({}) }}
    {% endif %}
    {% set parts = text.strip().split('-- formula ') %}
    {% set expected = customer_segmentation.formula_settings(prediction) %}
    {% set found = parts[0].split('\n')[0].removeprefix('-- settings: ') %}
    {% if found != expected %}
        {{ exceptions.raise_compiler_error(
            customer_segmentation.approved_place('approved_formulas', prediction)
            ~ ': found formulas for ' ~ found ~ '; expected ' ~ expected
            ~ ', as vars propensity_horizon_days and lifetime_model say. Set them '
            ~ 'back, or remove the file, build and approve again (approve_formulas).'
        ) }}
    {% endif %}
    {% for part in parts[1:] %}
        {% set name, sql = part.split('\n', 1) %}
        {% do formulas.update({name.strip(): sql.strip()}) %}
    {% endfor %}
    {{ return(formulas) }}
{% endmacro %}
