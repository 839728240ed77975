{#- An approved condition with the quotes of another engine around its names: rules are
    written on DuckDB, and in Spark "a" is a text. -#}
{% macro requoted(condition, dialect=none) %}
    {% set quote = customer_segmentation.bare_name(' ', dialect)[:1] %}
    {% set parts = modules.re.split(
        '(\'(?:[^\']|\'\')*\'|"(?:[^"]|"")*"|`[^`]*`)', condition
    ) %}
    {% set requoted = [] %}
    {% for part in parts %}
        {% do requoted.append(
            customer_segmentation.bare_name(
                customer_segmentation.column_of(part), dialect
            ) if part[:1] in ['"', '`'] and part[:1] != quote else part
        ) %}
    {% endfor %}
    {{ return(requoted | join) }}
{% endmacro %}
