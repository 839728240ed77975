{#- The scale of each feature, learned from all complete rows and stored, so that a
    customer's cluster does not change because others moved. Where Python does not run,
    it is the approved one.

    zscore, log1p_zscore: mean and standard deviation (ddof 0).
    rank, rank_first: at most 1,000 points from value to scaled value; scaled is
    the tie-fair average rank, standardised with ddof 1.
    none, log1p: nothing to learn. -#}
{% macro segmentation_scaling(name, features_relation, settings) -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- if not customer_segmentation.python_models() -%}
    {%- set fit = customer_segmentation.approved_fit(name) -%}
    {%- if fit.reason is none -%}
        {{ return(customer_segmentation._approved_scaling(name, fit.scale)) }}
    {%- endif -%}
{%- endif -%}
{%- set double = customer_segmentation.column_type('double') -%}
{%- set bigint = dbt.type_bigint() -%}
with

complete_rows as (
    select
        {%- for feature in settings.features %}
        cast({{ adapter.quote(feature) }} as {{ double }}) as {{ adapter.quote(feature) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ features_relation }}
    where {{ customer_segmentation.complete_row(settings.features) }}
),
{% for feature in settings.features %}
{%- set scaling = customer_segmentation.feature_scaling(settings, feature) %}
{%- set cte = 'scale_' ~ loop.index %}
{%- if scaling in ['rank', 'rank_first'] %}
{{ cte }}_values as (
    select
        {{ adapter.quote(feature) }} as value,
        count(*) as value_count
    from complete_rows
    group by 1
),

{{ cte }}_ranks as (
    select
        value,
        value_count,
        -- the average rank of the rows that share this value
        sum(value_count) over (
            order by value rows between unbounded preceding and current row
        ) - (value_count - 1) / 2.0 as average_rank,
        sum(value_count) over () as row_count
    from {{ cte }}_values
),

{{ cte }}_moments as (
    select
        {{ customer_segmentation.exact_sum(
            'value_count * power(average_rank - (row_count + 1) / 2.0, 2)'
        ) }} / nullif(max(row_count) - 1, 0) as variance,
        max(row_count) as row_count,
        max(value) as highest_value,
        count(*) as distinct_count
    from {{ cte }}_ranks
),

{{ cte }}_scaled as (
    select
        {{ cte }}_ranks.value,
        coalesce(
            ({{ cte }}_ranks.average_rank - ({{ cte }}_ranks.row_count + 1) / 2.0)
            / nullif(sqrt({{ cte }}_moments.variance), 0),
            0
        ) as scaled_value,
        case
            when
                {{ cte }}_moments.distinct_count <= 1000
                or {{ cte }}_ranks.value = {{ cte }}_moments.highest_value
                then 1
            else row_number() over (
                partition by floor(
                    {{ cte }}_ranks.average_rank * 998 / {{ cte }}_ranks.row_count
                )
                order by {{ cte }}_ranks.value
            )
        end as place_in_step
    from {{ cte }}_ranks
    cross join {{ cte }}_moments
),

{{ cte }} as (
    select
        '{{ scaling }}' as scaling,
        cast(row_number() over (order by value) as {{ bigint }}) as point,
        value,
        cast(scaled_value as {{ double }}) as scaled_value,
        cast(null as {{ double }}) as mean,
        cast(null as {{ double }}) as standard_deviation
    from {{ cte }}_scaled
    where place_in_step = 1
),
{% elif scaling in ['zscore', 'log1p_zscore'] %}
{%- set value = customer_segmentation.log1p(adapter.quote(feature))
    if scaling == 'log1p_zscore' else adapter.quote(feature) %}
{{ customer_segmentation.standard_scale(cte, scaling, value) }}
{% else %}
{{ cte }} as (
    select
        '{{ scaling }}' as scaling,
        cast(1 as {{ bigint }}) as point,
        cast(null as {{ double }}) as value,
        cast(null as {{ double }}) as scaled_value,
        cast(null as {{ double }}) as mean,
        cast(null as {{ double }}) as standard_deviation
    from complete_rows
    having count(*) > 0
),
{% endif %}
{%- endfor %}
final as (
    {%- for feature in settings.features %}
    select
        '{{ name }}' as segmentation,
        {{ dbt.string_literal(dbt.escape_single_quotes(feature)) }} as feature,
        *
    from scale_{{ loop.index }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
{%- endmacro %}
