{% macro _token_boxes(tokens) %}
    {% set alternatives = customer_segmentation._split_tokens(tokens, 'or') %}
    {% set terms = customer_segmentation._split_tokens(tokens, 'and') %}
    {% if alternatives | length > 1 %}
        {% set boxes = [] %}
        {% for part in alternatives %}
            {% set own = customer_segmentation._token_boxes(part) %}
            {% if own is none %}
                {{ return(none) }}
            {% endif %}
            {% do boxes.extend(own) %}
        {% endfor %}
        {{ return(customer_segmentation._joined_boxes(boxes)) }}
    {% elif terms | length > 1 %}
        {% set boxes = namespace(all=[{}]) %}
        {% for part in terms %}
            {% set own = customer_segmentation._token_boxes(part) %}
            {% if own is none %}
                {{ return(none) }}
            {% endif %}
            {% set both = [] %}
            {% for left in boxes.all %}
                {% for right in own %}
                    {% do both.append(
                        customer_segmentation._common_box(left, right)
                    ) %}
                {% endfor %}
            {% endfor %}
            {% set boxes.all = both %}
        {% endfor %}
        {{ return(boxes.all) }}
    {% elif tokens and tokens[0] == '(' and tokens[-1] == ')' %}
        {{ return(customer_segmentation._token_boxes(tokens[1:-1])) }}
    {% endif %}
    {{ return(customer_segmentation._comparison_boxes(tokens)) }}
{% endmacro %}
