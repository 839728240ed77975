{% macro _is_kind(value, kind, rule, settings) %}
    {% if kind == 'null' %}
        {{ return(value is none) }}
    {% elif kind == 'boolean' %}
        {{ return(value is boolean) }}
    {% elif kind == 'integer' %}
        {{ return(value is integer and value is not boolean
                  and rule.low <= value <= rule.high) }}
    {% elif kind == 'number' %}
        {{ return(value is number and value is not boolean
                  and rule.low <= value <= rule.high) }}
    {% elif kind == 'word' %}
        {{ return(value is string and value in rule.words) }}
    {% elif kind == 'one of features' %}
        {{ return(value is string and value in settings.features) }}
    {% elif kind == 'dict' %}
        {{ return(value is mapping) }}
    {% elif kind == 'list of points' %}
        {% set is_list = value is sequence and value is not string
            and value is not mapping and value | length > 0 %}
        {% for point in (value if is_list else []) %}
            {% if point is string or point is mapping or point is not sequence
                or point | length != settings.features | length
                or point | reject('number') | list | length > 0 %}
                {{ return(false) }}
            {% endif %}
        {% endfor %}
        {{ return(is_list) }}
    {% elif kind == 'scale' %}
        {{ return(customer_segmentation.is_ascending(value) and value | length == 2) }}
    {% elif kind == 'list of names' %}
        {{ return(
            value is sequence and value is not string and value is not mapping
            and value | length > 0
            and value | reject('string') | list | length == 0
            and value | unique | list | length == value | length
        ) }}
    {% elif kind == 'word per feature' %}
        {{ return(
            value is mapping
            and value | length == settings.features | length
            and value.keys() | reject('in', settings.features) | list | length == 0
            and value.values() | reject('in', rule.words) | list | length == 0
        ) }}
    {% endif %}
    {{ exceptions.raise_compiler_error('_is_kind: unknown kind ' ~ kind) }}
{% endmacro %}
