{#- The last load of which int_customer_days tells, as SQL: up to it a model of
    customers that is built now takes in what has changed. -#}
{% macro built_in_load() -%}
(select max(changed_in_load) from {{ ref('int_customer_days') }})
{%- endmacro %}
