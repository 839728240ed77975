{#- A column name as a person writes it: quoted only where it must be, as the dialect
    quotes; that of the running warehouse where none is given. -#}
{% macro bare_name(column, dialect=none) %}
    {% if modules.re.match('^[a-z_][a-z0-9_]*$', column) %}
        {{ return(column) }}
    {% elif dialect is none %}
        {{ return(adapter.quote(column)) }}
    {% elif dialect in ['spark', 'bigquery'] %}
        {{ return('`' ~ column | replace('`', '``') ~ '`') }}
    {% endif %}
    {{ return('"' ~ column | replace('"', '""') ~ '"') }}
{% endmacro %}
