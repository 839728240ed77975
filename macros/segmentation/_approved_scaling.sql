{#- The approved scale as rows, like those that segmentation_scaling learns. -#}
{% macro _approved_scaling(name, rows) -%}
{%- set double = customer_segmentation.column_type('double') -%}
with

approved as (
    select * from (
        {{ rows | indent(8) }}
    ) as scale (
        feature, scaling, point, value, scaled_value, mean, standard_deviation
    )
),

final as (
    select
        '{{ name }}' as segmentation,
        feature,
        scaling,
        cast(point as {{ dbt.type_bigint() }}) as point,
        {%- for column in ['value', 'scaled_value', 'mean', 'standard_deviation'] %}
        cast({{ column }} as {{ double }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from approved
)

select * from final
{%- endmacro %}
