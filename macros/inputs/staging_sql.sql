{#- The select of a staging model; check_inputs calls it with a guessed map. -#}
{% macro staging_sql(name, relation, map) %}
{%- set columns = customer_segmentation.input_specification()[name] -%}
{%- set is_absent = relation is none -%}
{%- set expressions = {} if is_absent
    else customer_segmentation.input_expressions(name, relation, map) -%}
{%- set types = {} if is_absent
    else customer_segmentation.input_types(relation, expressions) -%}
{%- set is_numbered = name == 'order_lines' and var('incremental') -%}
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
        {%- set expression = expressions.get(column) %}
        {%- set type = types.get(column, '') %}
        {%- if rule.type == 'text' %}
        {{ customer_segmentation.id_text(expression, type) }} as {{ column }}
        {%- else %}
        {{ customer_segmentation.try_cast(expression, rule.type, type) }} as {{ column }},
        {{ expression or 'cast(null as ' ~ dbt.type_string() ~ ')' }} as {{ column }}_found
        {%- endif %}
        {{- ',' if not loop.last }}
    {%- endfor %}
    {%- if is_numbered %}
        {%- for column, expression in expressions.items()
            if columns[column].type == 'text' %},
        {{ expression }} as {{ column }}_found
        {%- endfor %}
    {%- endif %}
    from source
),

final as (
    select
    {%- for column, rule in columns.items() %}
        {{ column }}
        {%- if rule.type != 'text' %},
        case
            when {{ column }} is null{{ ' or ' ~ column ~ ' <= 0' if rule.type not in ['date', 'timestamp'] }}
                then {{ customer_segmentation.clean_text(column ~ '_found') }}
        end as {{ column }}_text
        {%- endif %}
        {{- ',' if not loop.last }}
    {%- endfor %}
    {%- if is_numbered %},
        {{ customer_segmentation.line_fingerprint(columns, types) }} as fingerprint
    {%- endif %}
    from renamed
)

select * from final
{%- endmacro %}
