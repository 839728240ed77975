{#- The date so many periods after another. Adapters do not agree on weeks and quarters,
    nor on what is a number of periods that has an operator in it. -#}
{% macro periods_later(grain, number, date) -%}
{%- set part, size = {'week': ('day', 7), 'quarter': ('month', 3)}.get(
    grain, (grain, 1)
) -%}
{{ dbt.dateadd(part, '(' ~ number ~ ') * ' ~ size, date) }}
{%- endmacro %}
