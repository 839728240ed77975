{#- A rule's condition as a sentence:
    `order_count > 3 and total_sales > 47 and total_sales <= 1020` reads
    "order count above 3 and total sales above 47 and at most 1020". -#}
{% macro rule_sentence(condition) %}
    {% if condition | lower in ['1 = 1', 'true'] %}
        {{ return('everyone') }}
    {% endif %}
    {% set words = {
        ' is null': ' is unknown', ' <= ': ' at most ', ' >= ': ' at least ',
        ' < ': ' below ', ' > ': ' above ', '_': ' ', '"': '', '`': ''
    } %}
    {% set parts = [] %}
    {% set previous = namespace(subject=none) %}
    {% for term in modules.re.split(' and (?![^(]*[)])', condition) %}
        {#- (feature is null or …), where nothing but that feature follows -#}
        {% set optional = modules.re.match('[(](.+?) is null or ([^()]+)[)]$', term) %}
        {% set subjects = [] %}
        {% for comparison in (optional[2] if optional else '').split(' and ') %}
            {% do subjects.append(modules.re.split(' [<>]=? ', comparison)[0]) %}
        {% endfor %}
        {% set may_be_unknown = optional and ' or ' not in optional[2]
            and subjects | unique | list == [optional[1]] %}
        {% set term = optional[2] if may_be_unknown else term %}
        {% for comparison in term.split(' and ') %}
            {#- what stands beside an `or` has several subjects -#}
            {% set subject = none if ' or ' in comparison
                else modules.re.split(' [<>]=? ', comparison)[0] %}
            {% set part = namespace(text=comparison) %}
            {% if subject is not none and subject == previous.subject %}
                {% set part.text = comparison[subject | length:] %}
            {% endif %}
            {% for sign, word in words.items() %}
                {% set part.text = part.text | replace(sign, word) %}
            {% endfor %}
            {% do parts.append(
                part.text | trim
                ~ (' or unknown' if may_be_unknown and loop.last else '')
            ) %}
            {% set previous.subject = subject %}
        {% endfor %}
    {% endfor %}
    {{ return(parts | join(' and ')) }}
{% endmacro %}
