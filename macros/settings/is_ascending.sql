{#- Whether a value is a list of finite numbers, each above the one before (and
    `lowest`). -#}
{% macro is_ascending(values, lowest=none) %}
    {% if values is string or values is mapping or values is not sequence
        or not values %}
        {{ return(false) }}
    {% endif %}
    {% for value in values %}
        {% set previous = lowest if loop.first else values[loop.index0 - 1] %}
        {#- less itself, only a finite number is 0 -#}
        {% if value is not number or value is boolean or value - value != 0
            or previous is not none and value <= previous %}
            {{ return(false) }}
        {% endif %}
    {% endfor %}
    {{ return(true) }}
{% endmacro %}
