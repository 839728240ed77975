{#- Before a Python model runs, DuckDB gives up what it keeps in memory beyond half of
    the limit that the profile sets; for the next model dbt sets the profile's again.
    Where models run at once, another one may need it all. -#}
{% macro leave_memory_to_python() -%}
{%- set limit = (target.settings or {}).memory_limit if target.type == 'duckdb' -%}
{%- set parts = modules.re.match('([0-9.]+)(.+)', limit or '') -%}
{%- if parts and target.threads == 1 and model.language == 'python' -%}
set memory_limit = '{{ parts.group(1) | float / 2 }}{{ parts.group(2) }}'
{%- endif -%}
{%- endmacro %}
