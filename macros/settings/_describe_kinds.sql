{% macro _describe_kinds(rule, settings) %}
    {% set texts = [] %}
    {% for kind in rule.kinds %}
        {% if kind == 'word' %}
            {% do texts.append(
                rule.words | join(', ') if rule.words | length == 1
                else 'one of ' ~ rule.words | join(', ')
            ) %}
        {% elif kind == 'word per feature' %}
            {% do texts.append('a dict with one of them per feature') %}
        {% elif kind in ['integer', 'number'] %}
            {% do texts.append(
                ('an ' if kind == 'integer' else 'a ') ~ kind ~ ' from '
                ~ rule.low ~ ' to ' ~ rule.high
            ) %}
        {% elif kind == 'one of features' %}
            {% do texts.append(
                'one of the features ' ~ settings.features | join(', ')
            ) %}
        {% elif kind == 'list of names' %}
            {% do texts.append('a list of different column names') %}
        {% elif kind == 'dict' %}
            {% do texts.append('a dict') %}
        {% elif kind == 'list of points' %}
            {% do texts.append(
                'a list of centroids, one number per feature each'
            ) %}
        {% elif kind == 'scale' %}
            {% do texts.append(
                'the lowest and the highest answer, two ascending numbers like [1, 7]'
            ) %}
        {% elif kind == 'boolean' %}
            {% do texts.append('true or false') %}
        {% else %}
            {% do texts.append(kind) %}
        {% endif %}
    {% endfor %}
    {{ return(texts | join(', or ')) }}
{% endmacro %}
