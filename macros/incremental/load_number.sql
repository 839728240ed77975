{#- The number of this load, which becomes larger from load to load: microseconds since
    1970, or one more than the last where the clock has been put back. `last` is SQL. -#}
{% macro load_number(last=none) -%}
{%- set now = (run_started_at.timestamp() * 1000000) | int -%}
{%- if last -%}
greatest({{ now }}, {{ last }} + 1)
{%- else -%}
cast({{ now }} as {{ dbt.type_bigint() }})
{%- endif -%}
{%- endmacro %}
