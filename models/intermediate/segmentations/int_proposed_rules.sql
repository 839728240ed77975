{#- What the freshest fit proposes, printed as rows like int_active_rules. -#}
with

proposed as (
    {{ customer_segmentation.printed_rules('proposed') | indent(4) }}
),

final as (
    select
        *,
        case
            when segmentation is null then ''
            {%- for name in customer_segmentation.enabled_segmentations() %}
            when segmentation = '{{ name }}'
                then {{ customer_segmentation.sql_text(tojson(
                    customer_segmentation.fitted_with(name)
                )) }}
            {%- endfor %}
        end as fitted_with
    from proposed
)

select * from final
