{#- Whether an incremental model is there already, with a column that it has only with
    var `incremental`. -#}
{% macro holds_column(column) %}
    {{ return(
        is_incremental() and column in adapter.get_columns_in_relation(this)
        | map(attribute='name') | list
    ) }}
{% endmacro %}
