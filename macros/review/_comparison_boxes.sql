{#- One comparison as a list of one box; none where it is another kind of condition. -#}
{% macro _comparison_boxes(tokens) %}
    {% set kinds = [] %}
    {% for token in tokens %}
        {% do kinds.append(
            token.lower() if token.lower() in ['is', 'not', 'null', 'between', 'and']
                or token[0] in '<>=!()'
            else 'number' if modules.re.match('[-+.\\d]', token)
            else 'name'
        ) %}
    {% endfor %}
    {% set shape = kinds | join(' ') %}
    {% set open = {
        'lower': none, 'is_lower_inclusive': false,
        'upper': none, 'is_upper_inclusive': true,
        'includes_values': true, 'includes_null': false,
    } %}
    {% if tokens | join | lower == 'true' or (
        shape == 'number = number' and tokens[0] | float == tokens[2] | float
    ) %}
        {{ return([{}]) }}
    {% elif shape in ['name is null', 'name is not null'] %}
        {% set bound = dict(open, includes_null='not' not in kinds,
                            includes_values='not' in kinds) %}
    {% elif shape == 'name between number and number' %}
        {% set bound = dict(open, lower=tokens[2], is_lower_inclusive=true,
                            upper=tokens[4]) %}
        {% if tokens[2] | float > tokens[4] | float %}
            {% do bound.update({'includes_values': false}) %}
        {% endif %}
    {% elif kinds | length == 3 and [kinds[0], kinds[2]] | sort | join == 'namenumber'
        and kinds[1] in ['<', '<=', '>', '>=', '='] %}
        {#- 3 < x is x > 3 -#}
        {% set is_turned = kinds[0] == 'number' %}
        {% set value = tokens[0] if is_turned else tokens[2] %}
        {% set sign = kinds[1] %}
        {% set is_above = (sign[0] == '>') != is_turned %}
        {% if sign == '=' %}
            {% set bound = dict(open, lower=value, is_lower_inclusive=true,
                                upper=value) %}
        {% elif is_above %}
            {% set bound = dict(open, lower=value,
                                is_lower_inclusive='=' in sign) %}
        {% else %}
            {% set bound = dict(open, upper=value,
                                is_upper_inclusive='=' in sign) %}
        {% endif %}
    {% else %}
        {{ return(none) }}
    {% endif %}
    {% set name = tokens[kinds.index('name')] %}
    {{ return([{customer_segmentation.column_of(name): bound}]) }}
{% endmacro %}
