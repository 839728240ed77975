{#- How large the effect of one check is, from the bare columns psi, share_change and
    relative_change: stable, moderate or significant, however sure it is. -#}
{% macro drift_effect() -%}
{%- set thresholds = customer_segmentation.drift_thresholds() -%}
case
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
