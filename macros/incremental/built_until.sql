{#- The load up to which an incremental model of customers has taken in what changed;
    none if all is to be built: it was built without var `incremental`, without the
    column `needed`, or before the first load that int_customer_days tells of. A number
    and no subquery, because deleting rows may take the last of that load away. -#}
{% macro built_until(needed=none) %}
    {% set days = ref('int_customer_days') if var('incremental') %}
    {% if not customer_segmentation.holds_column('built_in_load')
        or load_relation(days) is none %}
        {{ return(none) }}
    {% endif %}
    {% set found %}
        select max(built_in_load) from {{ this }}
        where
            built_in_load >= (select min(changed_in_load) from {{ days }})
            {%- if needed %}
            and {{ needed }} is not null
            {%- endif %}
    {% endset %}
    {{ return(run_query(found).columns[0].values()[0]) }}
{% endmacro %}
