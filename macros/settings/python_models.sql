{#- Whether Python models fit: not without DuckDB, and not where the var says so. -#}
{% macro python_models() %}
    {{ return(var('python_models') and target.type == 'duckdb') }}
{% endmacro %}
