{#- An age or an income that no one has is unknown, not the outermost bucket, and so is
    a score off its scale. -#}
{% macro possible_value(feature, expression=none) -%}
{%- set value = expression or feature -%}
case
    when {{ value }} {{ {
        'age': 'between 0 and 120',
        'annual_income': '>= 0',
        'spending_score': 'between 0 and 100',
    }[feature] }} then {{ value }}
end
{%- endmacro %}
