{#- The level of one check, from the columns of drift_effect and adjusted_p_value: what
    is large and no chance, else stable. NULL where nothing is known of chance. -#}
{% macro drift_level() -%}
case
    when adjusted_p_value is null then null
    when
        adjusted_p_value
        >= {{ customer_segmentation.drift_thresholds().chance }}
        then 'stable'
    else
        {{ customer_segmentation.drift_effect() | indent(8) }}
end
{%- endmacro %}
