{#- The select of order lines or orders from which a model per customer is built: all
    of them, or with var `incremental` those of customers who have yet to be. -#}
{% macro rows_of_missing_customers(relation) -%}
{%- if var('incremental') -%}
select
    rows_of_customers.*,
    missing_customers.built_from
from {{ relation }} as rows_of_customers
inner join (
    {{ customer_segmentation.missing_rows(
        ref('int_customer_fingerprints')
    ) | indent(4) }}
) as missing_customers
    on rows_of_customers.customer_id = missing_customers.customer_id
{%- else -%}
select * from {{ relation }}
{%- endif -%}
{%- endmacro %}
