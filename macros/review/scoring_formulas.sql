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
    {% set place = customer_segmentation.approved_place('approved_formulas', prediction) %}
    {% set names = customer_segmentation.formula_names(prediction) %}
    {#- what is above the first formula, then its name, its SQL, the next name, … -#}
    {% set parts = modules.re.split('(?m)^[ \\t]*-- formula (.*)$', text) %}
    {% set expected = customer_segmentation.formula_settings(prediction) %}
    {% set found = modules.re.search('(?m)^\\s*--\\s*settings:\\s*(.*?)\\s*$', parts[0]) %}
    {% if not found or parts | length == 1 %}
        {{ exceptions.raise_compiler_error(
            place ~ ": found no line '-- " ~ ('formula …' if found else 'settings: …')
            ~ "'; expected '-- settings: " ~ expected ~ "' and then one like '-- formula "
            ~ names[0] ~ "' above each formula."
        ) }}
    {% elif found.group(1) != expected %}
        {{ exceptions.raise_compiler_error(
            place ~ ': found formulas for ' ~ found.group(1) ~ '; expected ' ~ expected
            ~ ', as vars propensity_horizon_days and lifetime_model say. Set them '
            ~ 'back, or remove the file, build and approve again (approve_formulas).'
        ) }}
    {% endif %}
    {% set features = ref('int_' ~ prediction ~ '_features') %}
    {% for name, sql in parts[1:] | map('trim') | batch(2) %}
        {% set fault = 'found no SQL; expected a formula' if not sql
            else customer_segmentation.expression_fault(sql) %}
        {% if name not in names or name in formulas %}
            {{ exceptions.raise_compiler_error(
                place ~ ': found formula ' ~ name ~ (' twice' if name in formulas)
                ~ '; expected ' ~ names | join(', ') ~ ', each at most once.'
            ) }}
        {% elif fault is not none %}
            {{ exceptions.raise_compiler_error(
                place ~ ', formula ' ~ name ~ ': ' ~ fault ~ '.'
            ) }}
        {% elif execute and not features.is_cte
            and load_relation(features) is not none %}
            {% do customer_segmentation.known_columns(
                customer_segmentation.uncommented(sql), features,
                adapter.get_columns_in_relation(features) | map(attribute='name') | list,
                place ~ ', formula ' ~ name, 'Correct the name.'
            ) %}
        {% endif %}
        {% do formulas.update({name: sql}) %}
    {% endfor %}
    {{ return(formulas) }}
{% endmacro %}
