{#- What to do about rows of repeated_ids, of an input or else of a seed. -#}
{% macro repeated_ids_message(rows, columns, input=none, seed=none) %}
    {% set id = columns | join(', ') %}
    {% set example = rows[0].values() %}
    {% set place = 'input ' ~ input if input else 'seed ' ~ seed %}
    {% set remedy = 'Mend the file.' if not input else (
        'Mend the table, or if each row is one of its own, number the rows: '
        ~ 'inputs: {' ~ input ~ ': {columns: {' ~ id
        ~ ': "row_number() over ()"}}}.'
        if columns | length == 1 else
        'Mend the table, or say which rows count: inputs: {' ~ input
        ~ ': {query: "select …"}}.'
    ) %}
    {{ return(
        place ~ ': ' ~ rows | length ~ ' values of ' ~ id
        ~ ' are repeated or empty, ' ~ example[:-1] | join(', ') ~ ' in '
        ~ example[-1] ~ ' rows; expected one row per ' ~ id ~ '. ' ~ remedy
    ) }}
{% endmacro %}
