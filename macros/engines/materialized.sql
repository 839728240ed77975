{#- What says that a CTE is computed once: PostgreSQL puts one that is read once into
    whatever reads it, again for every mention of a column, and compiles all of that. -#}
{% macro materialized() %}
    {{ return(adapter.dispatch('materialized', 'customer_segmentation')()) }}
{% endmacro %}


{% macro default__materialized() %}
    {{ return('') }}
{% endmacro %}


{% macro postgres__materialized() %}
    {{ return('materialized ') }}
{% endmacro %}
