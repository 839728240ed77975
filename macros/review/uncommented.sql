{#- A condition or formula without its comments; texts and names in quotes may hold what
    looks like one. -#}
{% macro uncommented(sql) %}
    {{ return(modules.re.sub(
        '(?s)("(?:[^"]|"")*"|`[^`]*`|\'(?:[^\']|\'\')*\')|--[^\n]*|/[*].*?[*]/', '\\1', sql
    )) }}
{% endmacro %}
