{#- The figures of a check as text: the index, and the change of the share or the
    median where there is one. `table` has psi, share_change and relative_change. -#}
{% macro drift_figures(table) -%}
'PSI ' || {{ customer_segmentation.decimal_text(table ~ '.psi', 3) }}
|| coalesce(', share ' || {{ customer_segmentation.signed_text(
    table ~ '.share_change', 'points'
) }}, '')
|| coalesce(', median ' || {{ customer_segmentation.signed_text(
    table ~ '.relative_change', '%'
) }}, '')
{%- endmacro %}
