{#- An age or an income that no one has is unknown, not the outermost bucket. -#}
{% macro possible_value(feature) -%}
case
    when {{ feature }} {{ {
        'age': 'between 0 and 120', 'annual_income': '>= 0'
    }[feature.split('.')[-1]] }} then {{ feature }}
end
{%- endmacro %}
