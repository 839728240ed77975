{#- Why a segmentation would have too few complete rows, as far as the checked values
    of customers, totals and surveys tell it: the features that nobody has, else those
    that too few have. Where there are orders, a spending score may come of them. -#}
{% macro _few_values(settings, inputs, maps) %}
    {% set columns_of = {
        'age': ['age', 'birth_date'],
        'annual_income_thousands': ['annual_income'],
        'spending_score': ['spending_score', 'purchase_propensity']
            if customer_segmentation.absent_inputs(['order_lines']) else [],
    } %}
    {% set nobody = [] %}
    {% set few = [] %}
    {% for input in inputs if 'readable' in maps.get(input, {}) %}
        {% set map = maps[input] %}
        {% for feature in settings.features %}
            {% set columns = columns_of.get(feature, []) if input == 'customers'
                else [feature] if input == 'customer_totals' else [] %}
            {% set answers = map.get('answers', {}) %}
            {% set what = 'answers from ' ~ settings.scale | join(' to ') ~ " to question '"
                ~ feature ~ "'" if 'answers' in map else 'values of ' ~ columns | join(' or ') if columns %}
            {% set found = namespace(count=answers.get(feature, 0)) %}
            {% for column in columns %}
                {% set found.count = found.count + map.readable.get(column, 0) %}
            {% endfor %}
            {% if what and not found.count %}
                {% do nobody.append('input ' ~ input ~ ' has no ' ~ (
                    'readable ' if columns | select('in', map.columns) | list
                ) ~ (columns | join(' or ') or what)) %}
            {% elif what and found.count < settings.minimum_rows %}
                {% do few.append(
                    'input ' ~ input ~ ' has ' ~ found.count ~ ' ' ~ what
                    ~ '; minimum_rows is ' ~ settings.minimum_rows
                ) %}
            {% endif %}
        {% endfor %}
        {% if not few and map.get('complete_count', settings.minimum_rows)
            < settings.minimum_rows %}
            {% do few.append(
                'input ' ~ input ~ ' has ' ~ map.complete_count ~ ' respondents with an '
                ~ 'answer on the scale to every feature; minimum_rows is '
                ~ settings.minimum_rows
            ) %}
        {% endif %}
    {% endfor %}
    {{ return(nobody or few) }}
{% endmacro %}
