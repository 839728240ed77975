{#- What says that a CTE is computed once: PostgreSQL may compute one that is read once
    for every row it is joined to. -#}
{% macro materialized() %}
    {{ return(adapter.dispatch('materialized', 'customer_segmentation')()) }}
{% endmacro %}


{% macro default__materialized() %}
    {{ return('') }}
{% endmacro %}


{% macro postgres__materialized() %}
    {{ return('materialized ') }}
{% endmacro %}
