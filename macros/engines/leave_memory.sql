{#- Before a model runs, DuckDB gives up a part of the memory limit that the profile
    sets: half of it to a Python model, which has its data outside of DuckDB, and an
    eighth to what a query takes without counting it. Where models run at once, another
    one may need it all. -#}
{% macro leave_memory() -%}
{%- set limit = (target.settings or {}).memory_limit if target.type == 'duckdb' -%}
{%- set parts = modules.re.match('([0-9.]+)(.+)', limit or '') -%}
{%- if parts and target.threads == 1 -%}
{%- set share = 0.5 if model.language == 'python' else 0.875 -%}
set memory_limit = '{{ parts.group(1) | float * share }}{{ parts.group(2) }}'
{%- endif -%}
{%- endmacro %}
