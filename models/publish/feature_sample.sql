{#- Whose features leave: those with the lowest hashes of their id, the same on every
    engine and the same that a fit on all features would read. One row per feature, so
    that one file holds all sets. `value` is a keyword of some engines (noqa). -#}
{{ config(
    post_hook="{{ customer_segmentation.write_parquet(this, var('sample_to')) }}"
) }}
{% set parts = [] %}
{% for name in customer_segmentation.enabled_segmentations() %}
    {% do parts.append({
        'feature_set': name,
        'key': 'entity_id',
        'relation': ref('int_' ~ name ~ '__features'),
        'rows': customer_segmentation.segmentation_settings(name).sample_rows,
    }) %}
{% endfor %}
{#- as many as MOST_CUSTOMERS of the fits -#}
{% for prediction_window in ['training', 'evaluation', 'scoring'] %}
    {% do parts.append({
        'feature_set': 'propensity_' ~ prediction_window,
        'key': 'customer_id',
        'relation': ref('int_prediction_features'),
        'columns': customer_segmentation.propensity_columns(),
        'prediction_window': prediction_window,
        'rows': 200000,
    }) %}
{% endfor %}
with

as_of_date as (
    select as_of_date from {{ ref('int_as_of_date') }}
),
{% for part in parts if execute %}
{%- set columns = part.columns or adapter.get_columns_in_relation(part.relation)
    | map(attribute='name') | reject('equalto', part.key) | list %}
{%- do part.update({'columns': columns}) %}
chosen_{{ loop.index }} as (
    select
        {{ part.key }} as entity_id,
        {{ customer_segmentation.double_columns(columns) | indent(8) }}
    from {{ part.relation }}
    {%- if part.prediction_window %}
    where prediction_window = '{{ part.prediction_window }}'
    {%- endif %}
    order by
        {{ customer_segmentation.byte_order(dbt.hash(part.key)) }},
        {{ customer_segmentation.byte_order(part.key) }}
    limit {{ part.rows }}
),

names_{{ loop.index }} as (
    {%- for column in columns %}
    select {{ customer_segmentation.string_list([column]) }} as feature
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),
{% endfor %}
final as (
    {%- for part in parts if execute %}
    {%- set i = loop.index %}
    {%- set settings = customer_segmentation.sample_settings(part.feature_set) %}
    select
        '{{ part.feature_set }}' as feature_set,
        chosen_{{ i }}.entity_id,
        names_{{ i }}.feature,
        case names_{{ i }}.feature
            {%- for column in part.columns %}
            when {{ customer_segmentation.string_list([column]) }}
                then chosen_{{ i }}.{{ adapter.quote(column) }}
            {%- endfor %}
        end as value,  -- noqa: RF04
        as_of_date.as_of_date,
        cast({{ customer_segmentation.sql_text(settings) if settings else 'null' }}
            as {{ dbt.type_string() }}) as settings
    from chosen_{{ i }}
    cross join names_{{ i }}
    cross join as_of_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
