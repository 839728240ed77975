{#- Why a segmentation has no past although it is followed: a word, or none. -#}
{% macro without_past(name) %}
    {% set kind = customer_segmentation.input_kind %}
    {% if name == 'service_value' %}
        {% if kind('customer_totals') not in ['demo', 'absent'] %}
            {{ return('totals') }}
        {% elif kind('complaints') == 'absent'
            and not customer_segmentation.approved_text('approved_rules', name) %}
            {{ return('skipped') }}
        {% endif %}
    {% endif %}
    {{ return(none) }}
{% endmacro %}
