{#- Whether dbt runs with `--empty`: every ref is without rows, so that nothing may be
    deleted, published or tested for its absence. -#}
{% macro is_empty_run() %}
    {{ return(flags.EMPTY or false) }}
{% endmacro %}
