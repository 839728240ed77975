{#- Whether an entry of a map is a column that is not there: what is no column would be
    SQL, but a bare name is none. -#}
{% macro names_missing_column(mapped, expression) %}
    {{ return(
        mapped is not none
        and expression == '(' ~ mapped ~ ')'
        and modules.re.match('^(\\?|[^\\W\\d][\\w ]*)$', mapped | string) is not none
    ) }}
{% endmacro %}
