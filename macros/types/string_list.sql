{#- Texts as SQL literals, separated by commas; one that matches nothing where there
    are none. -#}
{% macro string_list(texts) %}
    {% set literals = [] %}
    {% for text in texts or [''] %}
        {% do literals.append(
            dbt.string_literal(dbt.escape_single_quotes(text | string))
        ) %}
    {% endfor %}
    {{ return(literals | join(', ')) }}
{% endmacro %}
