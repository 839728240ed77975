{#- What the customers as of each period were built from: the rows summed up in the
    period's fingerprint, and the window of what they spent lately. -#}
{% macro history_built_from() -%}
periods.fingerprint || '/{{ var('spend_window_days') }}'
{%- endmacro %}
