{#- Printed by the macro that prints the CASE of int_<segmentation>__segments. -#}
{% set text = dbt.type_string() %}
{% set parts = customer_segmentation.segmentation_parts(['rules']) %}
{% set names_relation = ref('int_segment_names') %}
with

cases as (
    {%- for part in parts if execute %}
    {%- set rules = customer_segmentation.active_rules(
        part.name, part.rules
    ).rules %}
    {%- if rules %}
    {%- set case_sql = customer_segmentation.segment_case(
        part.name, rules,
        customer_segmentation.segment_names_of(part.name, names_relation)
    ) | replace('\n        ', '\n') %}
    select
        '{{ part.name }}' as segmentation,
        {{ dbt.string_literal(dbt.escape_single_quotes(case_sql)) }}
            as case_sql
    union all
    {%- endif %}
    {%- endfor %}
    select
        cast(null as {{ text }}) as segmentation,
        cast(null as {{ text }}) as case_sql
),

final as (
    select
        segmentation,
        case_sql
    from cases
    where segmentation is not null
)

select * from final
order by segmentation
