{#- The columns of one input: found under our name or the map, guessed, missing.
    Returns the map that would be used, `?` where a column is missing. -#}
{% macro _check_input_columns(name) %}
    {% set settings = var('inputs')[name] %}
    {% do customer_segmentation.validate_input_place(name, settings) %}
    {% set relation = customer_segmentation.input_relation(name) %}
    {% if 'model' in settings and load_relation(relation) is none %}
        {{ exceptions.raise_compiler_error(
            'var inputs: {' ~ name ~ ': {model: ' ~ settings.model ~ '}}: found no '
            ~ relation ~ '; expected it built. Run dbt run --select +'
            ~ settings.model ~ ' (or dbt seed), then this again.'
        ) }}
    {% endif %}
    {% set found = customer_segmentation.input_column_names(relation) %}
    {% set guesses = customer_segmentation.guess_columns(name, found) %}
    {% set map = customer_segmentation.input_map(name) %}
    {% set features = settings.get('features') or {} %}
    {% set checked = {'columns': {}, 'features': {}, 'missing': []} %}
    {% do print('  columns there: ' ~ found | join(', ')) %}
    {% for column, rule in customer_segmentation.input_specification()[name].items() %}
        {% set expression = customer_segmentation.input_expression(
            column, found, map
        ) %}
        {% set entries = checked['features' if column in features else 'columns'] %}
        {% if customer_segmentation.names_missing_column(
            map.get(column), expression
        ) %}
            {% do checked.missing.append(column) %}
            {% do entries.update({column: '?'}) %}
            {% do print(
                '  ' ~ column ~ '  MISSING: there is no column ' ~ map[column]
            ) %}
        {% elif expression is not none %}
            {% set source_column = map.get(column) or expression[1:-1] %}
            {% do entries.update({column: source_column}) %}
            {% do print('  ' ~ column ~ ' = ' ~ source_column) %}
        {% elif column in guesses %}
            {% do entries.update({column: guesses[column]}) %}
            {% do print('  ' ~ column ~ ' = ' ~ guesses[column] ~ '  (guessed)') %}
        {% elif rule.get('is_required') %}
            {% do checked.missing.append(column) %}
            {% do entries.update({column: '?'}) %}
            {% do print('  ' ~ column ~ '  MISSING: name it under columns:') %}
        {% else %}
            {% do print('  ' ~ column ~ '  not there (optional)') %}
        {% endif %}
    {% endfor %}
    {% set required = {} %}
    {% for column, rule in customer_segmentation.input_specification()[name].items()
        if rule.get('is_required') and column in checked.columns
        and column not in checked.missing %}
        {% do required.update({column: customer_segmentation.input_expression(
            column, found, checked.columns
        )}) %}
    {% endfor %}
    {% for column, file in customer_segmentation.files_without_columns(
        name, required
    ).items() %}
        {% do checked.missing.append(column) %}
        {% do print(
            '  ' ~ column ~ '  MISSING: there is no column '
            ~ checked.columns[column] ~ ' in ' ~ file
        ) %}
        {% do checked.columns.update({column: '?'}) %}
    {% endfor %}
    {% set there = {} %}
    {% for column, mapped in map.items() if column not in checked.missing %}
        {% do there.update({column: mapped}) %}
    {% endfor %}
    {% do customer_segmentation.try_input_sql(name, relation, found, there) %}
    {{ return(checked) }}
{% endmacro %}
