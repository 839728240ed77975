{#- Operation: writes the formulas of a fit, propensity or lifetime, into the running
    project; from the next build on they score, on every warehouse.
    dbt run-operation approve_formulas --args '{prediction: propensity}' -#}
{% macro approve_formulas(prediction) %}
    {% if prediction not in ['propensity', 'lifetime'] %}
        {{ exceptions.raise_compiler_error(
            'approve_formulas: prediction: found '
            ~ customer_segmentation.shown(prediction)
            ~ '; expected propensity or lifetime.'
        ) }}
    {% elif target.type != 'duckdb' %}
        {{ exceptions.raise_compiler_error(
            'approve_formulas: target type: found ' ~ target.type ~ '; expected '
            ~ 'duckdb, where formulas are fitted. Approve there and commit the file.'
        ) }}
    {% endif %}
    {% set formulas = customer_segmentation.fitted_rows(
        customer_segmentation.fit_ref('int_' ~ prediction ~ '_fit'),
        ['formula', 'formula_sql'], 'formula', "part = 'formula'"
    ) %}
    {% if not formulas %}
        {{ exceptions.raise_compiler_error(
            'approve_formulas: found no formula of ' ~ prediction ~ '; run dbt build '
            ~ 'first. ' ~ ('propensity_quality' if prediction == 'propensity'
            else 'lifetime_parameters') ~ ' says why a fit is not used.'
        ) }}
    {% endif %}
    {% set settings = customer_segmentation.formula_settings(prediction) %}
    {% set fitted = customer_segmentation.fitted_formula_settings(prediction) %}
    {% if fitted not in [none, settings] %}
        {{ exceptions.raise_compiler_error(
            'approve_formulas: ' ~ prediction ~ ': found a fit for ' ~ fitted
            ~ '; expected ' ~ settings ~ ', as the vars of this run say. Pass the '
            ~ '--vars of the build, or build again.'
        ) }}
    {% endif %}
    {% set as_of = customer_segmentation.fitted_rows(
        ref('int_as_of_date'), ['as_of_date'], 'as_of_date'
    ) %}
    {% set lines = [
        '-- settings: ' ~ settings,
        '-- as of ' ~ (as_of[0].as_of_date if as_of else 'no date'),
    ] %}
    {% for row in formulas %}
        {% do lines.append('-- formula ' ~ row.formula) %}
        {% do lines.extend(row.formula_sql.split('\n')) %}
    {% endfor %}
    {% set file = customer_segmentation.approved_place(
        'approved_formulas', prediction
    ) %}
    {% do customer_segmentation.write_project_file(
        file, customer_segmentation.raw_macro('approved_formulas_' ~ prediction, lines)
    ) %}
    {% do print(
        file ~ ': ' ~ formulas | map(attribute='formula') | join(', ')
        ~ '. Commit the file; dbt build scores by it from now on. Removing it goes '
        ~ 'back to what each build fits.'
    ) %}
{% endmacro %}
