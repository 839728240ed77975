{#- Tokens between a word that stands outside parentheses; the AND of a BETWEEN is none
    that parts. -#}
{% macro _split_tokens(tokens, word) %}
    {% set parts = [[]] %}
    {% set state = namespace(depth=0, is_between=false) %}
    {% for token in tokens %}
        {% set state.depth = state.depth + (token == '(') - (token == ')') %}
        {% if token.lower() == 'between' %}
            {% set state.is_between = true %}
        {% endif %}
        {% if state.depth == 0 and token.lower() == word
            and not (state.is_between and word == 'and') %}
            {% do parts.append([]) %}
        {% else %}
            {% if token.lower() == 'and' %}
                {% set state.is_between = false %}
            {% endif %}
            {% do parts[-1].append(token) %}
        {% endif %}
    {% endfor %}
    {{ return(parts) }}
{% endmacro %}
