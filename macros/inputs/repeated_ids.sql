{#- The select of ids, of a column or several, that come more than once or are empty. -#}
{% macro repeated_ids(relation, columns) -%}
{%- set places = range(1, columns | length + 1) | join(', ') -%}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ relation }}
group by {{ places }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}
order by {{ columns | length + 1 }} desc, {{ places }}
{%- endmacro %}
