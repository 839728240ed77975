{#- The rows of a small table that a fit has made, read while dbt compiles: an
    empty list before the table exists (dbt compile, docs, the linter). -#}
{% macro fitted_rows(relation, columns, order_by, where='1 = 1') %}
    {% if not execute or relation is none or load_relation(relation) is none %}
        {{ return([]) }}
    {% endif %}
    {% set table = run_query(
        'select ' ~ columns | join(', ') ~ ' from ' ~ relation
        ~ ' where ' ~ where ~ ' order by ' ~ order_by
    ) %}
    {% set rows = [] %}
    {% for row in table.rows %}
        {% set entry = {} %}
        {% for column in columns %}
            {% do entry.update({column: row[loop.index0]}) %}
        {% endfor %}
        {% do rows.append(entry) %}
    {% endfor %}
    {{ return(rows) }}
{% endmacro %}
