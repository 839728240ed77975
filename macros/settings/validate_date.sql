{#- An unquoted YAML date is a date object, which breaks Python models that
    inherit it: only text is accepted, and only a day that exists. -#}
{% macro validate_date(place, value) %}
    {% if value is none %}
        {{ return(none) }}
    {% endif %}
    {% set pattern = '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' %}
    {% set days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] %}
    {% set is_valid = value is string
        and modules.re.match(pattern, value) is not none %}
    {% if is_valid %}
        {% set year = value[:4] | int %}
        {% set month = value[5:7] | int %}
        {% set is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) %}
        {% set last = 29 if month == 2 and is_leap else days[month - 1] %}
        {% set is_valid = value[8:] | int <= last and year > 0 %}
    {% endif %}
    {% if not is_valid %}
        {{ exceptions.raise_compiler_error(
            place ~ ': found ' ~ customer_segmentation.shown(value)
            ~ '; expected a day in quotes, like "2011-12-01".'
        ) }}
    {% endif %}
{% endmacro %}
