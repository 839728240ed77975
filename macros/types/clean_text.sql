{#- Text without blanks at its ends; nothing but blanks is NULL. Trimming costs more
    than all the rest of staging, so only text with a blank in it is trimmed, and a
    number or a date, which has none, is not even looked at. -#}
{% macro clean_text(expression, source_type='') %}
    {% set text_type = dbt.type_string() %}
    {% if expression is none %}
        {{ return('cast(null as ' ~ text_type ~ ')') }}
    {% endif %}
    {% set text = 'cast(' ~ expression ~ ' as ' ~ text_type ~ ')' %}
    {% if modules.re.match(
        '(u?(tiny|small|big|huge)?int|float|double|real|decimal|numeric|number)',
        source_type
    ) %}
        {{ return(text) }}
    {% endif %}
    {{ return(
        'case when ' ~ text ~ " like '% %' or " ~ text ~ " = '' then nullif("
        ~ "trim(both ' ' from " ~ text ~ "), '') else " ~ text ~ ' end'
    ) }}
{% endmacro %}
