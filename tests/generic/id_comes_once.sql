{#- One row per id of an input, or of a seed that people fill, which is a column or
    several. dbt's own failure only counts rows, so the repeated ids and the remedy are
    said here. -#}
{% test id_comes_once(model, input=none, column_name=none, columns=none) %}
{% set columns = columns or [column_name] %}
{% set id = columns | join(', ') %}
{% set places = range(1, columns | length + 1) | join(', ') %}
{% set query %}
select
    {{ id }},
    count(*) as row_count
from {{ model }}
group by {{ places }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}
order by {{ columns | length + 1 }} desc, {{ places }}
{% endset %}

{% if execute and flags.WHICH in ['build', 'test'] and load_relation(model) %}
    {% set rows = run_query(query).rows %}
    {% if rows %}
        {% set example = rows[0].values() %}
        {% set place = 'input ' ~ input if input else 'seed ' ~ model.identifier %}
        {% set remedy = 'Mend the file.' if not input else (
            'Mend the table, or if each row is one of its own, number the rows: '
            ~ 'inputs: {' ~ input ~ ': {columns: {' ~ id
            ~ ': "row_number() over ()"}}}.'
            if columns | length == 1 else
            'Mend the table, or say which rows count: inputs: {' ~ input
            ~ ': {query: "select …"}}.'
        ) %}
        {% do exceptions.warn(
            place ~ ': ' ~ rows | length ~ ' values of ' ~ id
            ~ ' are repeated or empty, ' ~ example[:-1] | join(', ') ~ ' in '
            ~ example[-1] ~ ' rows; expected one row per ' ~ id ~ '. ' ~ remedy
        ) %}
    {% endif %}
{% endif %}

{{ query }}

{% endtest %}
