{#- The shortest usual scale that holds all answers, for people to look at: it begins
    with 0 or 1, or is as long below 0 as above. -#}
{% macro guess_scale(lowest, highest) %}
    {% if lowest < 0 %}
        {% set end = [-lowest, highest] | max | float | round(0, 'ceil') | int %}
        {{ return([-end, end]) }}
    {% endif %}
    {% set low = 0 if lowest < 1 else 1 %}
    {% set ends = [3, 4, 5, 6, 7, 9, 10, 100] if low else [1, 3, 4, 5, 6, 7, 10, 100] %}
    {% for high in ends if high >= highest %}
        {{ return([low, high]) }}
    {% endfor %}
    {{ return([low, highest | float | round(0, 'ceil') | int]) }}
{% endmacro %}
