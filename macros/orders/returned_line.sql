{#- Whether a checked order line gives back what was paid for. -#}
{% macro returned_line() -%}
(rejection_reason in ('cancelled', 'returned') or rejection_reason is null)
and quantity < 0
and unit_price > 0
{%- endmacro %}
