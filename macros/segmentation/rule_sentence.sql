{#- A rule's condition as a sentence:
    `order_count > 3 and total_sales > 47 and total_sales <= 1020` reads
    "order count above 3 and total sales above 47 and at most 1020". A condition that
    is more than condition_boxes knows stands as it is. -#}
{% macro rule_sentence(condition) %}
    {% set alternatives = [] %}
    {% for box in customer_segmentation.condition_boxes(condition) or [] %}
        {% set parts = [] %}
        {% for feature, bound in box.items() %}
            {% do parts.append(
                feature | replace('_', ' ') ~ ' '
                ~ customer_segmentation._bound_words(bound)
            ) %}
        {% endfor %}
        {% do alternatives.append(parts | join(' and ') or 'everyone') %}
    {% endfor %}
    {{ return(alternatives | join(' or ') or condition) }}
{% endmacro %}
