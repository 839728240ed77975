{#- Whether a row of `valued` has a place in a row of `spend`, the buckets of spend as of
    each date. -#}
{% macro in_spend_bucket() -%}
valued.as_of_date = spend.as_of_date
and valued.recent_sales >= spend.lower_edge
and (
    valued.recent_sales < spend.upper_edge
    or spend.upper_edge is null
)
{%- endmacro %}
