{#- The declared policy by which order lines are accepted: its defaults, the var
    `cleaning` over them, checked. -#}
{% macro cleaning_policy() %}
    {% set allowed = {
        'returns': ['reject', 'net'],
        'zero_prices': ['reject', 'keep'],
        'duplicates': ['reject', 'keep'],
        'incomplete_last_month': ['reject', 'keep'],
    } %}
    {% set policy = {
        'cancelled_order_pattern': 'C%',
        'returns': 'reject',
        'zero_prices': 'reject',
        'duplicates': 'reject',
        'non_product_codes': [],
        'orders_before': none,
        'incomplete_last_month': 'keep',
    } %}
    {% for key, value in customer_segmentation.dict_var('cleaning').items() %}
        {% if key not in policy %}
            {{ exceptions.raise_compiler_error(
                'var cleaning: unknown key ' ~ customer_segmentation.shown(key)
                ~ '. Keys are: ' ~ policy.keys() | join(', ') ~ '.'
            ) }}
        {% elif key in allowed and value not in allowed[key] %}
            {{ exceptions.raise_compiler_error(
                'var cleaning: {' ~ key ~ ': …}: found '
                ~ customer_segmentation.shown(value) ~ '; expected '
                ~ allowed[key] | join(' or ') ~ '.'
            ) }}
        {% endif %}
        {% do policy.update({key: value}) %}
    {% endfor %}
    {% do customer_segmentation.validate_date(
        'var cleaning: {orders_before: …}', policy.orders_before
    ) %}
    {% if policy.cancelled_order_pattern is not string
        and policy.cancelled_order_pattern is not none %}
        {{ exceptions.raise_compiler_error(
            'var cleaning: {cancelled_order_pattern: …}: found '
            ~ customer_segmentation.shown(policy.cancelled_order_pattern)
            ~ '; expected a LIKE pattern for order_id, like "C%", or null.'
        ) }}
    {% endif %}
    {% if '\\' in (policy.cancelled_order_pattern or '') %}
        {{ exceptions.raise_compiler_error(
            'var cleaning: {cancelled_order_pattern: …}: found '
            ~ customer_segmentation.shown(policy.cancelled_order_pattern)
            ~ '; expected no backslash, which each engine reads in another way.'
        ) }}
    {% endif %}
    {% set codes = policy.non_product_codes %}
    {% if codes is string or codes is mapping or codes is not sequence %}
        {{ exceptions.raise_compiler_error(
            'var cleaning: {non_product_codes: …}: found '
            ~ customer_segmentation.shown(codes)
            ~ '; expected a list of product ids, like [POST, "M"].'
        ) }}
    {% endif %}
    {{ return(policy) }}
{% endmacro %}
