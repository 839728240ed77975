{#- Complete rows in the scaled space, by the stored scale. Between two points of
    a rank map values are interpolated, outside them clamped. rank_first alone
    looks at the current rows (ties broken by key) and not at the stored map. With
    `period`, a column, there are rows of several periods, of which it does not. -#}
{% macro segmentation_scaled(
    features_relation, scaling_relation, settings, period=none
) -%}
{%- if not execute -%}{{ return('') }}{%- endif -%}
{%- set double = customer_segmentation.column_type('double') -%}
{%- set settings = customer_segmentation.by_stored_scale(settings)
    if period else settings -%}
with

complete_rows as (
    select
        {{ period ~ ', ' if period }}entity_id,
        {{ customer_segmentation.double_columns(settings.features) | indent(8) }}
    from {{ features_relation }}
    where {{ customer_segmentation.complete_row(settings.features) }}
),

scaling as (
    select * from {{ scaling_relation }}
),
{% for feature in settings.features
    if customer_segmentation.feature_scaling(settings, feature) != 'rank_first' %}
{%- set scaling = customer_segmentation.feature_scaling(settings, feature) %}
{%- set feature_index = settings.features.index(feature) + 1 %}
{%- if scaling == 'rank' %}
scale_{{ feature_index }} as (
    select
        value,
        scaled_value,
        case
            when lag(value) over (order by value) is null
                then cast('-infinity' as {{ double }})
            else value
        end as from_value,
        coalesce(
            lead(value) over (order by value), cast('infinity' as {{ double }})
        ) as to_value,
        -- flat before the first point and after the last
        coalesce(
            (lead(scaled_value) over (order by value) - scaled_value)
            / (lead(value) over (order by value) - value),
            0
        ) as slope
    from scaling
    where feature = {{ dbt.string_literal(dbt.escape_single_quotes(feature)) }}
),
{% else %}
scale_{{ feature_index }} as (
    select
        mean,
        standard_deviation
    from scaling
    where feature = {{ dbt.string_literal(dbt.escape_single_quotes(feature)) }}
),
{% endif %}
{%- endfor %}
final as (
    select
        {%- if period %}
        complete_rows.{{ period }},
        {%- endif %}
        complete_rows.entity_id,
        {%- for feature in settings.features %}
        {%- set scaling = customer_segmentation.feature_scaling(settings, feature) %}
        {%- set column = 'complete_rows.' ~ adapter.quote(feature) %}
        {%- set scale = 'scale_' ~ loop.index %}
        {%- if scaling == 'rank' %}
        {{ customer_segmentation.interpolated(scale, column) }}
        {%- elif scaling == 'rank_first' %}
        (
            row_number() over (order by {{ column }}, {{ customer_segmentation.byte_order('complete_rows.entity_id') }})
            - (count(*) over () + 1) / 2.0
        ) / sqrt(count(*) over () * (count(*) over () + 1) / 12.0)
        {%- elif scaling == 'log1p' %}
        {{ customer_segmentation.log1p(column) }}
        {%- elif scaling == 'none' %}
        {{ column }}
        {%- else %}
        {%- set value = '(' ~ customer_segmentation.log1p(column) ~ ')' if scaling == 'log1p_zscore' else column %}
        coalesce(
            ({{ value }} - {{ scale }}.mean)
            / nullif({{ scale }}.standard_deviation, 0),
            0
        )
        {%- endif %} as {{ adapter.quote(feature) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from complete_rows
    {%- for feature in settings.features %}
    {%- set scaling = customer_segmentation.feature_scaling(settings, feature) %}
    {%- set scale = 'scale_' ~ loop.index %}
    {%- if scaling == 'rank' %}
    {{ customer_segmentation.interpolated_from(
        scale, 'complete_rows.' ~ adapter.quote(feature)
    ) }}
    {%- elif scaling != 'rank_first' %}
    cross join {{ scale }}
    {%- endif %}
    {%- endfor %}
)

select * from final
{%- endmacro %}
