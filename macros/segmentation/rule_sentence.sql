{#- A rule's condition as a sentence: `order_count > 3 and total_sales <= 1020`
    reads "order count above 3 and total sales at most 1020". -#}
{% macro rule_sentence(condition) %}
    {% if condition == '1 = 1' %}
        {{ return('everyone') }}
    {% endif %}
    {% set words = {
        ' is null': ' is unknown', ' <= ': ' at most ', ' >= ': ' at least ',
        ' < ': ' below ', ' > ': ' above ', '_': ' ', '"': ''
    } %}
    {% set sentence = namespace(text=condition) %}
    {% for sign, word in words.items() %}
        {% set sentence.text = sentence.text | replace(sign, word) %}
    {% endfor %}
    {{ return(sentence.text) }}
{% endmacro %}
