{#- The day of an order line; a line without a date has the first day of all. -#}
{% macro order_day(column='ordered_at') -%}
coalesce(cast({{ column }} as date), cast('0001-01-01' as date))
{%- endmacro %}
