{#- Which segmentations will run: a missing input, a feature that no column or question
    gives, or too few customers skip one. -#}
{% macro _print_segmentations(incomplete, customer_count, maps) %}
    {% do print('\nSegmentations:') %}
    {% for name in customer_segmentation.segmentation_names() %}
        {% set reasons = [] %}
        {% set conditions = [] %}
        {% if name not in customer_segmentation.enabled_segmentations() %}
            {% do reasons.append('switched off (enabled: false)') %}
        {% elif not customer_segmentation.python_models()
            and customer_segmentation.approved_rules(name) is none %}
            {% do reasons.append(
                'python_models is false and no rules are approved'
            ) %}
        {% else %}
            {% set inputs = customer_segmentation.segmentation_meta(name).inputs %}
            {% set absent = customer_segmentation.absent_inputs(inputs) %}
            {% for input in inputs %}
                {% if input in absent %}
                    {% do reasons.append('input ' ~ input ~ ' is absent') %}
                {% elif input in incomplete %}
                    {% do reasons.append('input ' ~ input ~ ' lacks columns') %}
                {% endif %}
            {% endfor %}
            {% set settings = customer_segmentation.segmentation_settings(name) %}
            {% do reasons.extend(
                customer_segmentation._few_values(settings, inputs, maps)
            ) %}
            {% set customers = maps.get('customers', {}) %}
            {% if 'spending_score' in settings.features
                and 'readable' in customers
                and customer_segmentation.has_order_lines()
                and not customers.readable.spending_score
                and not customers.readable.purchase_propensity %}
                {% do conditions.append(
                    ' if the orders give a purchase propensity: input customers has no '
                    ~ 'readable spending_score; see propensity_quality after a build'
                ) %}
            {% endif %}
            {% if inputs == ['order_lines'] and customer_count is not none
                and customer_count < settings.minimum_rows %}
                {% do reasons.append(
                    customer_count ~ ' customers with an accepted order; '
                    ~ 'minimum_rows is ' ~ settings.minimum_rows
                ) %}
            {% endif %}
        {% endif %}
        {% do print('  ' ~ name ~ ': ' ~ (
            'skipped, ' ~ reasons | join(' and ') if reasons
            else 'will run' ~ conditions | join
        )) %}
    {% endfor %}
{% endmacro %}
