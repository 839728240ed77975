{#- Whether a table or view of the user's is there. -#}
{% macro table_exists(relation) %}
    {{ return(adapter.dispatch('table_exists', 'customer_segmentation')(relation)) }}
{% endmacro %}


{% macro default__table_exists(relation) %}
    {{ return(adapter.get_relation(
        relation.database, relation.schema, relation.identifier
    ) is not none) }}
{% endmacro %}


{#- Names have no case in DuckDB, but get_relation minds it and would ask the user
    to delete the table whose name differs in case. -#}
{% macro duckdb__table_exists(relation) %}
    {% set names = list_relations_without_caching(relation).columns['name'].values() %}
    {{ return(relation.identifier | lower in names | map('lower') | list) }}
{% endmacro %}
