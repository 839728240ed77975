{#- The var `history` over its defaults, checked. -#}
{% macro history_settings() %}
    {% set settings = {
        'grain': 'month',
        'periods': 12,
        'restate': 'unapproved',
        'reference': 3,
        'segmentations': ['purchase_behaviour', 'service_value'],
    } %}
    {% set allowed = {
        'grain': ['week', 'month', 'quarter'],
        'restate': ['never', 'unapproved', 'always'],
    } %}
    {#- what customers and respondents say of themselves bears no date -#}
    {% set dated = customer_segmentation.segmentation_names()
        | reject('in', ['demographics', 'survey_priorities']) | list %}
    {% for key, value in customer_segmentation.dict_var('history').items() %}
        {% if key not in settings %}
            {{ exceptions.raise_compiler_error(
                'var history: unknown key ' ~ customer_segmentation.shown(key)
                ~ '. Keys are: ' ~ settings.keys() | join(', ') ~ '.'
            ) }}
        {% elif key in allowed and value not in allowed[key] %}
            {{ exceptions.raise_compiler_error(
                'var history: {' ~ key ~ ': …}: found '
                ~ customer_segmentation.shown(value) ~ '; expected '
                ~ allowed[key] | join(', ') ~ '.'
            ) }}
        {% elif key == 'segmentations' %}
            {% if value is string or value is mapping or value is not sequence
                or value | reject('in', dated) | list %}
                {{ exceptions.raise_compiler_error(
                    'var history: {segmentations: …}: found '
                    ~ customer_segmentation.shown(value)
                    ~ '; expected a list of segmentations made of dated orders: '
                    ~ dated | join(', ') ~ '.'
                ) }}
            {% endif %}
        {% elif key not in allowed and not (
            value is integer and value is not boolean
            and (value >= 1 or (key == 'periods' and value == 0))
            or (key == 'periods' and value is none)
        ) %}
            {{ exceptions.raise_compiler_error(
                'var history: {' ~ key ~ ': …}: found '
                ~ customer_segmentation.shown(value)
                ~ '; expected a whole number of periods, 1 or more'
                ~ (', 0 for no history, or null for every period since the first '
                   ~ 'order' if key == 'periods' else '') ~ '.'
            ) }}
        {% endif %}
        {% do settings.update({key: value}) %}
    {% endfor %}
    {{ return(settings) }}
{% endmacro %}
