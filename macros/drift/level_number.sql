{#- 0 for stable, 1 for moderate, 2 for significant. -#}
{% macro level_number(level) -%}
case {{ level }} when 'stable' then 0 when 'moderate' then 1 when 'significant' then 2 end
{%- endmacro %}
