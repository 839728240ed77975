{#- A condition as boxes, any of which may hold: a list of dicts from feature to bound
    (lower and upper as text, is_lower_inclusive, is_upper_inclusive, includes_values,
    includes_null). None where the condition is more than comparisons of one feature
    with a number, `is null`, `between`, `and`, `or` and parentheses. -#}
{% macro condition_boxes(condition) %}
    {% set number = '[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?' %}
    {% set token = '"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_]\\w*|' ~ number
        ~ '|<=|>=|<>|!=|[<>=()]' %}
    {% if modules.re.sub(token ~ '|\\s', '', condition) %}
        {{ return(none) }}
    {% endif %}
    {{ return(customer_segmentation._token_boxes(
        modules.re.findall(token, condition)
    )) }}
{% endmacro %}
