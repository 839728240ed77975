{#- The CTEs that learn mean and standard deviation (ddof 0) of a feature, and the last of
    them, which is the stored scale. -#}
{% macro standard_scale(cte, scaling, expression) -%}
{%- set double = customer_segmentation.column_type('double') -%}
{%- set bigint = dbt.type_bigint() -%}
{{ cte }}_unit as (
    select
        {{ customer_segmentation.sum_unit('max(abs(' ~ expression ~ '))') }} as unit
    from complete_rows
),

{{ cte }}_mean as (
    select
        {{ customer_segmentation.exact_sum('(' ~ expression ~ ') / ' ~ cte ~ '_unit.unit') }}
        * max({{ cte }}_unit.unit) / count(*) as mean
    from complete_rows
    cross join {{ cte }}_unit
),

{{ cte }}_deviations as (
    select
        ({{ expression }}) - {{ cte }}_mean.mean as deviation,
        {{ cte }}_mean.mean
    from complete_rows
    cross join {{ cte }}_mean
),

{{ cte }}_deviation_unit as (
    select
        {{ customer_segmentation.sum_unit('max(abs(deviation))') }} as unit
    from {{ cte }}_deviations
),

{{ cte }} as (
    select
        '{{ scaling }}' as scaling,
        cast(1 as {{ bigint }}) as point,
        cast(null as {{ double }}) as value,
        cast(null as {{ double }}) as scaled_value,
        max({{ cte }}_deviations.mean) as mean,
        -- of a constant only the rounding of its mean is left
        case
            when
                min({{ cte }}_deviations.deviation)
                = max({{ cte }}_deviations.deviation)
                then 0
            else sqrt(
                {{ customer_segmentation.exact_sum(
                    'power(' ~ cte ~ '_deviations.deviation / ' ~ cte
                    ~ '_deviation_unit.unit, 2)'
                ) }} / count(*)
            ) * max({{ cte }}_deviation_unit.unit)
        end as standard_deviation
    from {{ cte }}_deviations
    cross join {{ cte }}_deviation_unit
    having count(*) > 0
),
{%- endmacro %}
