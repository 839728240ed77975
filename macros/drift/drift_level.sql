{#- The level of one check, from the bare columns psi, share_change, relative_change
    and adjusted_p_value: sure and large, or stable. NULL where nothing is known. -#}
{% macro drift_level() -%}
{%- set thresholds = customer_segmentation.drift_thresholds() -%}
case
    when adjusted_p_value is null then null
    when adjusted_p_value >= {{ thresholds.chance }} then 'stable'
    {%- for level in ['significant', 'moderate'] %}
    {%- set least = thresholds[level] %}
    when
        psi >= {{ least.psi }}
        or abs(share_change) >= {{ least.share_change }}
        or (
            abs(relative_change) >= {{ least.relative_change }}
            and psi >= {{ least.psi_with_relative_change }}
        )
        then '{{ level }}'
    {%- endfor %}
    else 'stable'
end
{%- endmacro %}
