{#- The columns that a condition names, in their order: every word that is no keyword,
    no function and no text. -#}
{% macro condition_columns(condition) %}
    {% set keywords = 'and or not in is null between like ilike case when then else end '
        ~ 'true false distinct from cast as double decimal integer bigint date interval '
        ~ 'any all some exists precision numeric real float varchar text timestamp '
        ~ 'int smallint tinyint hugeint boolean bool char string both leading trailing '
        ~ 'escape current_date over partition order by desc asc' %}
    {% set columns = [] %}
    {% for token, call in modules.re.findall(
        '("(?:[^"]|"")*"|`[^`]*`|\'(?:[^\']|\'\')*\'|\\d[\\w.]*|[A-Za-z_]\\w*)'
        ~ '(\\s*\\()?', condition
    ) if token[0] != "'" and not token[0].isdigit() and not call
        and token.lower() not in keywords.split() %}
        {% set column = customer_segmentation.column_of(token) %}
        {% if column not in columns %}
            {% do columns.append(column) %}
        {% endif %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
