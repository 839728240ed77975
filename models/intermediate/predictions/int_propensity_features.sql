{#- From a sample where one is given: there the orders stay on the engine that holds
    them. -#}
{{ config(materialized='view') }}
{% set columns = customer_segmentation.propensity_columns() %}
with

{% if customer_segmentation.has_feature_sample() -%}
final as (
    {%- for prediction_window in ['training', 'evaluation', 'scoring'] %}
    select
        '{{ prediction_window }}' as prediction_window,
        {{ prediction_window }}.*
    from (
        {{ customer_segmentation.sampled_features(
            'propensity_' ~ prediction_window, columns, 'customer_id'
        ) | indent(8) }}
    ) as {{ prediction_window }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)
{%- else -%}
final as (
    select
        prediction_window,
        customer_id,
        {{ columns | join(',\n        ') }}
    from {{ ref('int_prediction_features') }}
)
{%- endif %}

select * from final
