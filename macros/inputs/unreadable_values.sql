{#- Per column of an input that is no text: how many rows have a value, how many have
    one that does not convert, and one of those. `relation` is its staged rows. -#}
{% macro unreadable_values(name, relation) -%}
{%- set columns = [] -%}
{%- for column, rule in customer_segmentation.input_specification()[name].items()
    if rule.type != 'text' -%}
    {%- do columns.append(column) -%}
{%- endfor -%}
{%- for column in columns %}
select
    '{{ column }}' as column_name,
    count(*) as row_count,
    count({{ column }}) as value_count,
    count(case when {{ column }} is null then {{ column }}_text end)
        as unreadable_count,
    min(case when {{ column }} is null then {{ column }}_text end) as example
from {{ relation }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
