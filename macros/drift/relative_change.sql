{#- By how much a value differs from its reference, as a share of it, as SQL; NULL where
    the reference is 0 but for what rounding leaves, as at customers who lie on their
    centroid. -#}
{% macro relative_change(value, reference) -%}
case
    when abs({{ reference }}) > 0.000000001
        then {{ value }} / {{ reference }} - 1
end
{%- endmacro %}
