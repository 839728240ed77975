{#- A place of a feature in words, over the CTEs places and features. -#}
{% macro _place_name() -%}
{%- set from_value = customer_segmentation.double_text('places.from_value') -%}
{%- set to_value = customer_segmentation.double_text('places.to_value') -%}
features.feature || case
    when places.is_null then ' unknown'
    when places.from_value = places.to_value then ' at ' || {{ from_value }}
    when places.from_value is null then ' below ' || {{ to_value }}
    when places.to_value is null then ' above ' || {{ from_value }}
    else ' between ' || {{ from_value }} || ' and ' || {{ to_value }}
end
{%- endmacro %}
