{#- A column name as a person writes it: quoted only where it must be. -#}
{% macro bare_name(column) %}
    {% if modules.re.match('^[a-z_][a-z0-9_]*$', column) %}
        {{ return(column) }}
    {% endif %}
    {{ return(adapter.quote(column)) }}
{% endmacro %}
