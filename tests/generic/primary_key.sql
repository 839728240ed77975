{#- A primary key: no column of it is NULL and no combination comes twice. One test
    instead of one per column and one for all. -#}
{% test primary_key(model, columns) %}
{% if columns is string or columns is not sequence or not columns %}
    {{ exceptions.raise_compiler_error(
        'test primary_key: columns is ' ~ columns | tojson
        ~ '; expected a list of column names, like [order_id].'
    ) }}
{% endif %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ range(1, columns | length + 1) | join(', ') }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}
