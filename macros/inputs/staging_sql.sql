{#- The select of a staging model; check_inputs calls it with a guessed map. -#}
{% macro staging_sql(name, relation, map) %}
{%- set columns = customer_segmentation.input_specification()[name] -%}
{%- set is_absent = relation is none -%}
{%- set found = [] if is_absent
    else customer_segmentation.input_column_names(relation) -%}
with

source as (
    select {{ '1 as placeholder' if is_absent else '*' }}
    {%- if not is_absent %}
    from {{ relation }}
    {%- endif %}
    {%- if is_absent %}
    where 1 = 0
    {%- endif %}
),

renamed as (
    select
    {%- for column, rule in columns.items() %}
        {%- set expression = none if is_absent
            else customer_segmentation.input_expression(column, found, map) %}
        {%- if rule.type == 'text' %}
        {{ customer_segmentation.clean_text(expression) }} as {{ column }}
        {%- else %}
        {{ customer_segmentation.try_cast(expression, rule.type) }} as {{ column }},
        {{ customer_segmentation.clean_text(expression) }} as {{ column }}_text
        {%- endif %}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from source
)

select * from renamed
{%- endmacro %}
