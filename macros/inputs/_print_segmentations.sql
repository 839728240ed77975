{#- Which segmentations will run: a missing input or too few customers skip one. -#}
{% macro _print_segmentations(incomplete, customer_count) %}
    {% do print('\nSegmentations:') %}
    {% for name in customer_segmentation.segmentation_names() %}
        {% set reasons = [] %}
        {% if name not in customer_segmentation.enabled_segmentations() %}
            {% do reasons.append('switched off (enabled: false)') %}
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
            {% set minimum = customer_segmentation.segmentation_settings(
                name
            ).minimum_rows %}
            {% if inputs == ['order_lines'] and customer_count is not none
                and customer_count < minimum %}
                {% do reasons.append(
                    customer_count ~ ' customers with an accepted order; '
                    ~ 'minimum_rows is ' ~ minimum
                ) %}
            {% endif %}
        {% endif %}
        {% do print('  ' ~ name ~ ': ' ~ (
            'skipped, ' ~ reasons | join(' and ') if reasons
            else 'will run'
        )) %}
    {% endfor %}
{% endmacro %}
