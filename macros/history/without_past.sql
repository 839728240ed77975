{#- Why a segmentation has no past although it is followed: a word, or none. -#}
{% macro without_past(name) %}
    {% if name == 'service_value' %}
        {% if customer_segmentation.is_given('customer_totals') %}
            {{ return('totals') }}
        {% elif customer_segmentation.input_kind('complaints') == 'absent'
            and not customer_segmentation.approved_text('approved_rules', name) %}
            {{ return('skipped') }}
        {% endif %}
    {% endif %}
    {{ return(none) }}
{% endmacro %}
