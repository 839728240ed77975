{#- How large the effect of one check is, from the bare columns check_kind, check_name,
    psi, share_change and relative_change: stable, moderate or significant, however sure
    it is. Rules that agree better and fewer customers far from all centres are stable. -#}
{% macro drift_effect() -%}
{%- set thresholds = customer_segmentation.drift_thresholds() -%}
case
    when check_kind = 'fidelity' and share_change > 0 then 'stable'
    when check_name = 'far_from_centroid' and share_change < 0 then 'stable'
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
